open Command
open Drivers

let say = Command.say

(* ---- lspci ---- *)

let rec depth (node : Platform.Pci_scan.node) =
  match node.parent with None -> 0 | Some parent -> 1 + depth parent

let driver_of name =
  match Devices.find name with None -> "" | Some s -> ", driver " ^ Supervisor.driver s

let show_function (node : Platform.Pci_scan.node) =
  let address = Platform.Pci_address.to_string node.f.address in
  say "%s%s  %04x:%04x  %s%s"
    (String.make (2 * depth node) ' ')
    address node.f.vendor node.f.device
    (Platform.Pci_class.name node.f.class_code)
    (driver_of ("pci " ^ address))

let show_bar (bar : Platform.Pci_function.bar) =
  let kind =
    match bar.kind with
    | Io -> "ports"
    | Memory { is_64; prefetchable } ->
        Printf.sprintf "memory, %d bits%s" (if is_64 then 64 else 32)
          (if prefetchable then ", prefetchable" else "")
  in
  say "        window %d: 0x%x bytes at 0x%x (%s)" bar.index bar.size bar.address kind

let show_details (node : Platform.Pci_scan.node) =
  show_function node;
  List.iter show_bar node.f.bars;
  (match Platform.Pci_scan.interrupt node with
  | None -> ()
  | Some (number, _) -> say "        INT%c: interrupt %d" "?ABCD".[node.f.pin] number);
  if node.f.capabilities <> [] then
    say "        capabilities: %s"
      (String.concat " " (List.map (fun (id, _) -> Printf.sprintf "%02x" id) node.f.capabilities))

let lspci arguments =
  let show =
    match arguments with [] -> Some show_function | [ "-v" ] -> Some show_details | _ -> None
  in
  match show with
  | None -> misused "lspci" "[-v]"
  | Some show ->
      let machine = Devices.machine () in
      List.iter show (Platform.Pci_scan.all machine.buses);
      List.iter (say "%s") machine.complaints;
      0

(* ---- devices, drivers ---- *)

let devices = function
  | [] ->
      let show (hardware : Hardware.t) =
        say "%-28s %s" hardware.name (Format.asprintf "%a" Hardware.pp_identity hardware.identity)
      in
      List.iter show (Devices.machine ()).hardware;
      0
  | _ -> misused "devices" ""

(* ---- drivers ---- *)

let show_supervisor s =
  let h = Supervisor.history s in
  say "%-24s %-14s %s; %d lives, %d killed%s" (Supervisor.device s) (Supervisor.driver s)
    (Format.asprintf "%a" Supervisor.pp_state (Supervisor.state s))
    h.lives h.killed
    (match h.last_failure with None -> "" | Some why -> "; last failure: " ^ why)

let with_driver name action =
  match Devices.find name with
  | None -> complain "drivers" "%s: there is no such device, or it has no driver" name
  | Some s ->
      action s;
      0

(* Before OCaml ran, and in a panic. *)
let show_nucleus () =
  say "%-24s %-14s running; driven by the nucleus" "console" (Hal.Machine.facts ()).console

let drivers = function
  | [] ->
      show_nucleus ();
      List.iter show_supervisor (Devices.supervisors ());
      0
  | [ "kill"; name ] -> with_driver name Supervisor.kill
  | [ "stop"; name ] -> with_driver name Supervisor.stop
  | _ -> misused "drivers" "[kill|stop DEVICE]"

(* ---- disk ---- *)

let show_disk disk =
  let info = Block.info disk and counts = Block.counts disk in
  let place = match Block.unit_name disk with "" -> "" | unit_name -> ", " ^ unit_name in
  say "%-8s %8d MiB  %-10s on %s%s; %d requests, %d replayed, %d failed" (Block.name disk)
    (info.sectors / 2048) info.identity (Block.device disk) place counts.requests counts.replayed
    counts.failed

let disk_test disk mib =
  match Disk_test.run ~mib disk with
  | Error what -> complain "disk" "%s" what
  | Ok r ->
      say "%s: %d MiB written, %d MiB verified, %d requests in %d ms" (Block.name disk)
        (r.written lsr 20) (r.verified lsr 20) r.requests (r.elapsed_ns / 1_000_000);
      0

let disk_shapes disk =
  match Disk_shapes.run disk with
  | Error what -> complain "disk" "%s: %s" (Block.name disk) what
  | Ok r ->
      let has what = if what then "right" else "not offered" in
      say "%s: %d requests of all shapes right; zeroes %s, discards %s" (Block.name disk) r.requests
        (has r.zeroes) (has r.discards);
      0

let with_disk name action =
  match Block.find name with
  | None -> complain "disk" "%s: there is no such disk" name
  | Some disk -> action disk

let disk_bench depths disk =
  let measure depth =
    match Disk_bench.read disk ~depth ~requests:4096 with
    | Error what -> complain "disk" "%s" what
    | Ok figure ->
        say "%s" (Disk_bench.to_json disk figure);
        0
  in
  List.fold_left max 0 (List.map measure depths)

let disk = function
  | [] ->
      List.iter show_disk (Block.all ());
      0
  | [ "test"; name ] -> with_disk name (fun disk -> disk_test disk 256)
  | [ "test"; name; mib ] when int_of_string_opt mib <> None ->
      with_disk name (fun disk -> disk_test disk (int_of_string mib))
  | [ "bench"; name ] -> with_disk name (disk_bench [ 1; 32 ])
  | [ "bench"; name; depth ] when int_of_string_opt depth <> None ->
      with_disk name (disk_bench [ int_of_string depth ])
  | [ "shapes"; name ] -> with_disk name disk_shapes
  | _ -> misused "disk" "[test DISK [MIB] | shapes DISK | bench DISK [DEPTH]]"

(* ---- rings ---- *)

let show_ring (r : Port.statistics) =
  say "%-12s core %d  out %d (%d refused, %d bells)  in %d (%d bells, highest %d of %d)" r.name
    r.core
    r.outbound.popped r.refused r.outbound.doorbells r.inbound.pushed r.inbound.doorbells
    r.highest_inbound r.capacity

let rings = function
  | [] ->
      List.iter (fun disk -> List.iter show_ring (Block.statistics disk)) (Block.all ());
      List.iter (fun net -> List.iter show_ring (Network.statistics net)) (Network.all ());
      List.iter (fun source -> Option.iter show_ring (Entropy.statistics source)) (Entropy.all ());
      List.iter (fun clock -> List.iter show_ring (Clock.statistics clock)) (Clock.all ());
      List.iter (fun input -> Option.iter show_ring (Input.statistics input)) (Input.all ());
      List.iter (fun stream -> Option.iter show_ring (Stream.statistics stream)) (Stream.all ());
      List.iter (fun display -> List.iter show_ring (Display.statistics display)) (Display.all ());
      List.iter (fun server -> List.iter show_ring (Nine_p.statistics server)) (Nine_p.all ());
      0
  | _ -> misused "rings" ""

let command name arguments summary run = { name; arguments; summary; run }

let all =
  [
    command "lspci" "[-v]" "what is on the PCI buses" lspci;
    command "devices" "" "what the machine has" devices;
    command "drivers" "[kill|stop DEVICE]" "drivers and how they do" drivers;
    command "disk" "[test DISK [MIB] | shapes DISK | bench DISK [DEPTH]]"
      "disks; write at random or in all shapes, and verify, which destroys; what a read costs" disk;
    command "rings" "" "the drivers' queues" rings;
  ]
