open Hal

type disk = { port : Ahci_port.t; identity : Ahci_identify.t; core : int; bell : Sched.Bell.t }

let number disk = Ahci_port.number disk.port

(* ---- a port ---- *)

let may_sleep slots work = Ahci_slots.is_held_up slots || Block_work.may_sleep work

let serve device hba disk port () =
  let work = Block_work.create port ~most:Ahci_slots.piece_sectors_max in
  let { identity; _ } = disk in
  let queue_depth = if Ahci_hba.has_queued hba then identity.queue_depth else 0 in
  let slots =
    Ahci_slots.create device disk.port work ~block_sectors:identity.block_sectors ~queue_depth
  in
  let idle () =
    match Ahci_port.take_event disk.port with
    | Progress -> ()
    | Broken -> Ahci_slots.recover slots
    | Unplugged -> Device.fail device "the disk at port %d was unplugged" (number disk)
    | Nothing when may_sleep slots work ->
        Ahci_port.listen disk.port;
        Sched.Bell.wait disk.bell
    | Nothing -> ()
  in
  let rec turn () =
    let collected = Ahci_slots.collect slots in
    let answered = Block_work.answer work in
    let submitted = Ahci_slots.submit slots in
    if collected + answered + submitted > 0 then Picos.Fiber.yield () else idle ();
    turn ()
  in
  turn ()

(* ---- interrupts ---- *)

let rec dispatch hba line bell disks =
  let ports = Ahci_hba.interrupting hba in
  let tell disk =
    if ports land (1 lsl number disk) <> 0 then begin
      Ahci_port.hush disk.port;
      Sched.Bell.ring disk.bell
    end
  in
  if ports <> 0 then begin
    List.iter tell disks;
    Ahci_hba.acknowledge hba ports
  end;
  Line.serve_done line;
  if ports = 0 then Sched.Bell.wait bell;
  dispatch hba line bell disks

let hear device hba disks =
  let bell = Sched.Bell.create "the adapter" and core = (Device.cores device).(0) in
  let message = if Device.messages device > 0 then Some 0 else None in
  let line = Device.interrupt device ?message ~core bell in
  Ahci_hba.allow_interrupts hba;
  Device.spawn device ~core "ports" (fun () -> dispatch hba line bell disks)

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
  if Ahci_port.run_alone port 0 ~within_ns:identify_ns then
    Ahci_identify.parse table ~at:(at + Ahci_command.parameters)
  else Error "it does not identify itself"

let look_at device hba i number =
  let port = Ahci_port.create device hba number and cores = Device.cores device in
  if not (Ahci_port.is_disk port) then None
  else begin
    Ahci_port.start port;
    match identify port with
    | Ok identity ->
        let bell = Sched.Bell.create "requests, or the disk" in
        Some { port; identity; core = cores.(i mod Array.length cores); bell }
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
