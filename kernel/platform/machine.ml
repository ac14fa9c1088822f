type t = {
  source : string;
  buses : Pci_scan.node list;
  hardware : Drivers.Hardware.t list;
  complaints : string list;
}

let from_tree () = Option.map Tree_machine.find (Hal.Machine.device_tree ())
let from_acpi () = Option.map (fun root -> Acpi_machine.find ~root) (Hal.Machine.acpi_root ())

let rec first complaints = function
  | [] ->
      let found = Acpi_machine.without_tables () in
      { found with complaints }
  | description :: others -> (
      match description () with
      | None -> first complaints others
      | Some (Error why) -> first (complaints @ [ why ]) others
      | Some (Ok (found : Found.t)) -> { found with complaints = complaints @ found.complaints })

let describe () =
  first []
    (if Hal.Machine.option "platform" = Some "acpi" then [ from_acpi; from_tree ]
     else [ from_tree; from_acpi ])

let pci_of host =
  let nodes = Pci_scan.scan host in
  if Pci_assign.is_needed nodes && host.windows <> [] then Pci_assign.assign host nodes
  else (nodes, [])

(* Whether anything takes messages shows when one is asked for. *)
let has_messages () =
  match Hal.Interrupt.allocate_message ~device_id:0 ~core:0 with
  | Ok message ->
      Hal.Interrupt.free_message message.number;
      true
  | Error _ -> false

let is_device (node : Pci_scan.node) = node.f.kind = Pci_function.Device

(* A slot for a virtio device is one when its registers say what is in it. *)
let slots = [ "virtio,mmio"; "LNRO0005" ]

let in_slot (hardware : Drivers.Hardware.t) =
  match hardware.windows.(0) () with
  | Ok (Registers window) ->
      let identified kind = { hardware with identity = Virtio kind } in
      Option.map identified (Drivers.Virtio_mmio.probe window)
  | Ok (Memory _) | Error _ -> None

let identified (hardware : Drivers.Hardware.t) =
  match hardware.identity with
  | (Compatible names | Acpi names) when List.exists (fun name -> List.mem name slots) names ->
      in_slot hardware
  | _ -> Some hardware

let discover () =
  let found = describe () in
  let listed = Listed_devices.find (Hal.Machine.command_line ()) in
  let pci = List.map pci_of found.hosts in
  let buses = List.concat_map fst pci in
  let has_messages = has_messages () in
  let framebuffer = Boot_framebuffer.find () in
  let functions = List.filter is_device (Pci_scan.all buses) in
  {
    source = found.source;
    buses;
    hardware =
      List.filter_map identified (found.devices @ listed)
      @ Option.to_list (Result.value framebuffer ~default:None)
      @ List.map (Pci_hardware.of_node ~has_messages) functions;
    complaints =
      found.complaints
      @ Result.fold ~ok:(fun _ -> []) ~error:(fun why -> [ why ]) framebuffer
      @ List.map (Format.asprintf "%a" Pci_assign.pp_error) (List.concat_map snd pci);
  }
