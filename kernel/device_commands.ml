open Command
open Drivers

let say format = Printf.printf (format ^^ "\n%!")

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

let all =
  [
    { name = "lspci"; arguments = "[-v]"; summary = "what is on the PCI buses"; run = lspci };
    { name = "devices"; arguments = ""; summary = "what the machine has"; run = devices };
  ]
