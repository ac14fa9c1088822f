open Fdt

let describe node e = Format.asprintf "%s: %a" (Node.path node) Error.pp e

(* What went right, and complaints about the rest. *)
let sort node results =
  let good = List.filter_map Result.to_option results in
  let bad = List.filter_map (function Ok _ -> None | Error e -> Some (describe node e)) results in
  (good, bad)

(* ---- devices with registers ---- *)

let interrupts tree node =
  let numbered interrupt = Result.to_option (Tree_interrupt.number interrupt) in
  List.filter_map numbered (List.filter_map Result.to_option (Interrupt.of_node tree node))

let name node =
  match String.split_on_char '@' (Node.name node) with
  | [ base; address ] -> base ^ " " ^ address
  | _ -> Node.name node

let device tree node =
  let regions, complaints = sort node (Address.regions tree node) in
  let memory = List.map (fun (r : Region.t) -> (r.base, r.size)) regions in
  let resources : Simple_device.resources =
    { memory; ports = []; interrupts = interrupts tree node }
  in
  let identity = Drivers.Hardware.Compatible (Node.compatible node) in
  (Simple_device.make ~name:(name node) ~identity resources, complaints)

let hosts_compatible = [ "pci-host-ecam-generic" ]

let is_device node =
  Node.is_enabled node
  && Node.compatible node <> []
  && Node.has node "reg"
  && not (List.exists (Node.is_compatible node) hosts_compatible)

(* Only what cores reach: registers below a bus that leads nowhere (I2C, CPUs) are none. *)
let is_reached tree node = List.exists Result.is_ok (Address.regions tree node)

(* ---- PCI ---- *)

let space_of (pci : Pci.t) : Pci_host.space option =
  match pci.space with
  | Configuration -> None
  | Io -> Some Io
  | Memory32 -> Some Memory32
  | Memory64 -> Some Memory64

let window ({ pci; physical; size } : Address.window) : Pci_host.window option =
  Option.map (fun space : Pci_host.window -> { space; bus = pci.at; physical; size }) (space_of pci)

let route tree node ~bus ~device ~function_ ~pin =
  match Interrupt.of_pci_pin tree node ~bus ~device ~function_ ~pin with
  | Error _ -> None
  | Ok interrupt -> Result.to_option (Tree_interrupt.number interrupt)

let cells node name =
  match Node.find node name with
  | None -> None
  | Some property -> Result.to_option (Property.cells property)

let buses node ~ecam_size =
  match Option.map Cells.to_list (cells node "bus-range") with
  | Some [ first; last ] -> (first, last)
  | Some _ | None -> (0, (ecam_size lsr 20) - 1)

let segment node =
  match Option.map Cells.to_list (cells node "linux,pci-domain") with Some [ n ] -> n | _ -> 0

let host_in tree node (ecam : Region.t) registers : Pci_host.t * string list =
  let windows, complaints = sort node (Address.pci_windows tree node) in
  let first_bus, last_bus = buses node ~ecam_size:ecam.size in
  ( {
      name = name node;
      segment = segment node;
      first_bus;
      last_bus;
      config = Pci_config.ecam registers ~first_bus;
      windows = List.filter_map window windows;
      io_is_ports = false;
      route = route tree node;
    },
    complaints )

let host tree node =
  match Address.first tree node with
  | Error e -> Error (describe node e)
  | Ok ecam -> (
      match Hal.Physical.registers ~address:ecam.base ~length:ecam.size with
      | None -> Error (Node.path node ^ ": its configuration space cannot be mapped")
      | Some registers -> Ok (host_in tree node ecam registers))

(* ---- all ---- *)

let of_tree tree : Found.t =
  let nodes = List.filter (fun node -> is_device node && is_reached tree node) (Tree.nodes tree) in
  let devices = List.map (device tree) nodes in
  let compatible = Tree.compatible tree hosts_compatible in
  let hosts = List.map (host tree) (List.filter Node.is_enabled compatible) in
  let good = List.filter_map Result.to_option hosts in
  let bad = List.filter_map (function Ok _ -> None | Error e -> Some e) hosts in
  {
    source = "device tree";
    hosts = List.map fst good;
    devices = List.map fst devices;
    complaints = List.concat_map snd devices @ List.concat_map snd good @ bad;
  }

let find contents =
  match Tree.of_contents contents with
  | Ok tree -> Ok (of_tree tree)
  | Error e -> Error (Format.asprintf "the device tree: %a" Error.pp e)
