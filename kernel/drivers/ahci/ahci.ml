open Hal

type disk = {
  port : Ahci_port.t;
  identity : Ahci_identify.t;
  core : int;
  bell : Sched.Bell.t;
  mutable collected : int;  (** commands that it has finished *)
}

let number disk = Ahci_port.number disk.port

(* ---- a port ---- *)

(* So often in a row something may be reported of which nothing comes. *)
let vain_max = 1000

let may_sleep slots work = Ahci_slots.is_held_up slots || Block_work.may_sleep work

let serve device hba disk port () =
  let work = Block_work.create port ~most:Ahci_slots.piece_sectors_max in
  let { identity; _ } = disk in
  let queue_depth = if Ahci_hba.has_queued hba then identity.queue_depth else 0 in
  let slots =
    Ahci_slots.create device disk.port work ~block_sectors:identity.block_sectors ~queue_depth
  in
  let look () =
    match Ahci_port.take_event disk.port with
    | Progress -> true
    | Broken ->
        Ahci_slots.recover slots;
        true
    | Unplugged -> Device.fail device "the disk at port %d was unplugged" (number disk)
    | Nothing ->
        if may_sleep slots work then begin
          Ahci_port.listen disk.port;
          Sched.Bell.wait disk.bell
        end;
        false
  in
  let rec turn vain =
    if vain > vain_max then Device.fail device "port %d: it reports without end" (number disk);
    let collected = Ahci_slots.collect slots in
    let answered = Block_work.answer work in
    let submitted = Ahci_slots.submit slots in
    disk.collected <- disk.collected + collected;
    if collected + answered + submitted > 0 then begin
      Picos.Fiber.yield ();
      turn (if collected + answered > 0 then 0 else vain)
    end
    else turn (if look () then vain + 1 else vain)
  in
  turn 0

(* ---- interrupts ---- *)

(* A port that is hushed has no more reason to interrupt: only then is it acknowledged, and told. *)
let serve_ports hba line disks ports =
  let disks = List.filter (fun disk -> ports land (1 lsl number disk) <> 0) disks in
  List.iter (fun disk -> Ahci_port.hush disk.port) disks;
  Ahci_hba.acknowledge hba ports;
  List.iter (fun disk -> Sched.Bell.ring disk.bell) disks;
  Line.serve_done line

let total disks = List.fold_left (fun sum disk -> sum + disk.collected) 0 disks

let rec dispatch device hba line bell disks ~vain ~before =
  let ports = Ahci_hba.interrupting hba and now = total disks in
  if vain > vain_max then Device.fail device "it interrupts for ports 0x%x without end" ports;
  if ports = 0 then begin
    Line.serve_done line;
    Sched.Bell.wait bell
  end
  else begin
    serve_ports hba line disks ports;
    Picos.Fiber.yield ()
  end;
  let vain = if ports = 0 || now <> before then 0 else vain + 1 in
  dispatch device hba line bell disks ~vain ~before:now

let hear device hba disks =
  let bell = Sched.Bell.create "the adapter" and core = (Device.cores device).(0) in
  let message = if Device.messages device > 0 then Some 0 else None in
  let line = Device.interrupt device ?message ~core bell in
  Ahci_hba.allow_interrupts hba;
  Device.spawn device ~core "ports" (fun () ->
      dispatch device hba line bell disks ~vain:0 ~before:0)

(* ---- what is there ---- *)

(* A device makes itself heard within 10 ms; then the link may take a while. *)
let presence_ns = 25_000_000
let link_ns = 1_000_000_000
let identify_ns = 5_000_000_000

let linked hba =
  let all = Ahci_hba.ports hba in
  let are_linked ports () = List.for_all (Ahci_port.has_link hba) ports in
  List.iter (Ahci_port.spin_up hba) all;
  ignore (Device.becomes ~within_ns:presence_ns (are_linked all) : bool);
  let present = List.filter (Ahci_port.has_presence hba) all in
  ignore (Device.becomes ~within_ns:link_ns (are_linked present) : bool);
  List.filter (Ahci_port.has_link hba) present

let identify port =
  let table = Ahci_port.table port and at = Ahci_port.table_at 0 in
  let address = Ahci_port.table_address port 0 + Ahci_command.parameters in
  Ahci_command.identify table ~at;
  let regions = Ahci_command.set_regions table ~at ~address ~bytes:512 in
  Ahci_port.describe port 0 ~write:false ~regions;
  if not (Ahci_port.run_alone port 0 ~within_ns:identify_ns) then
    Error "it does not identify itself"
  else
    match Ahci_port.moved port 0 with
    | 512 -> Ahci_identify.parse table ~at:(at + Ahci_command.parameters)
    | n -> Error (Printf.sprintf "it identifies itself by %d bytes" n)

let look_at device hba i number =
  let port = Ahci_port.create device hba number and cores = Device.cores device in
  if not (Ahci_port.is_disk port) then None
  else begin
    Ahci_port.start port;
    match identify port with
    | Ok identity ->
        let bell = Sched.Bell.create "requests, or the disk" in
        Some { port; identity; core = cores.(i mod Array.length cores); bell; collected = 0 }
    | Error why ->
        Printf.eprintf "%s: port %d: %s\n%!" (Device.name device) number why;
        None
  end

(* ---- bringing it up ---- *)

let info ({ identity; _ } : disk) : Block.info =
  let sectors n = min (n * identity.block_sectors) Block.sectors_max in
  let whole n = n land lnot (identity.block_sectors - 1) in
  {
    sectors = identity.blocks * identity.block_sectors;
    block_sectors = identity.block_sectors;
    read_only = false;
    has_cache = identity.has_cache;
    discard_max = (if identity.has_trim then whole (sectors Ahci_command.trim_max) else 0);
    zeroes_max = 0;
    identity = identity.serial;
  }

let offered disk : Block.offered =
  let unit_name = Printf.sprintf "port %d" (number disk) in
  { unit_name; info = info disk; queues = [ (disk.core, disk.bell) ] }

let run device hba disk ports =
  Device.spawn device ~core:disk.core
    (Printf.sprintf "port %d" (number disk))
    (serve device hba disk (List.hd ports))

let start device =
  let hba = Ahci_hba.open_ device in
  Ahci_hba.reset hba;
  Device.at_end device (fun () -> Ahci_hba.reset hba);
  let disks = List.filter_map Fun.id (List.mapi (look_at device hba) (linked hba)) in
  let ports = Block.offer_all device (List.map offered disks) in
  if disks <> [] then hear device hba disks;
  List.iter2 (run device hba) disks ports

let driver : Driver.t =
  { name = "ahci"; matches = Driver.pci_class 0x010601 ~mask:0xffffff; start }
