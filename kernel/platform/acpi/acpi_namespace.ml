type host = {
  segment : int;
  bus : int;
  last_bus : int;
  ecam : int option;
  windows : Pci_host.window list;
  wiring : ((int * int) * (int * Hal.Interrupt.trigger)) list;
}

type t = { hosts : host list; devices : Drivers.Hardware.t list; complaints : string list }

(* Complaints are gathered as we go. *)
type reading = { machine : Aml.Machine.t; mutable complaints : string list }

let complain reading pp error =
  reading.complaints <- Format.asprintf "%a" pp error :: reading.complaints

let ok reading ~default = function
  | Ok value -> value
  | Error e ->
      complain reading Aml.Query.pp_error e;
      default

(* ---- interrupts ---- *)

let trigger (mode : Acpi.Interrupt_mode.t) : Hal.Interrupt.trigger =
  match mode with
  | { trigger = Level; polarity = Active_low | Bus_polarity } -> Level_low
  | { trigger = Level; polarity = Active_high } -> Level_high
  | { trigger = Edge | Bus_trigger; _ } -> Edge

let numbered (interrupt : Aml.Resource.interrupt) =
  List.map (fun line -> (line, trigger interrupt.mode)) interrupt.lines

let wire reading (entry : Aml.Routing.entry) =
  let found = ok reading ~default:None (Aml.Routing.interrupt reading.machine entry.target) in
  match Option.map numbered found with
  | Some (interrupt :: _) -> Some ((entry.device, entry.pin + 1), interrupt)
  | Some [] | None -> None

let wiring reading path =
  match ok reading ~default:None (Aml.Routing.table reading.machine path) with
  | None -> []
  | Some entries -> List.filter_map (wire reading) entries

(* ---- host bridges ---- *)

let four_gib = 1 lsl 32

let window : Aml.Resource.t -> Pci_host.window option = function
  | Window { is_producer = true; space; minimum; translation; length; _ } when length > 0 ->
      let in_space space : Pci_host.window =
        { space; bus = minimum; physical = minimum + translation; size = length }
      in
      (match space with
      | Memory -> Some (in_space (if minimum < four_gib then Memory32 else Memory64))
      | Io -> Some (in_space Io)
      | Bus_numbers | Other_space _ -> None)
  | _ -> None

let number reading (device : Aml.Device.t) name =
  ok reading ~default:None (Aml.Query.small reading.machine (device.path @ [ name ]))

let last_bus resources =
  let of_resource : Aml.Resource.t -> int option = function
    | Window { space = Bus_numbers; maximum; _ } -> Some maximum
    | _ -> None
  in
  Option.value (List.find_map of_resource resources) ~default:255

let resources reading device = ok reading ~default:[] (Aml.Device.resources reading.machine device)

let host reading (device : Aml.Device.t) =
  let resources = resources reading device in
  {
    segment = Option.value (number reading device "_SEG") ~default:0;
    bus = Option.value (number reading device "_BBN") ~default:0;
    last_bus = last_bus resources;
    ecam = number reading device "_CBA";
    windows = List.filter_map window resources;
    wiring = wiring reading device.path;
  }

(* ---- devices ---- *)

let add_resource (r : Simple_device.resources) : Aml.Resource.t -> Simple_device.resources =
  function
  | Io { minimum; length; _ } -> { r with ports = r.ports @ [ (minimum, length) ] }
  | Fixed_io { base; length } -> { r with ports = r.ports @ [ (base, length) ] }
  | Memory { minimum; length; _ } -> { r with memory = r.memory @ [ (minimum, length) ] }
  | Fixed_memory { base; length; _ } -> { r with memory = r.memory @ [ (base, length) ] }
  | Window { is_producer = false; space = Memory; minimum; translation; length; _ } ->
      { r with memory = r.memory @ [ (minimum + translation, length) ] }
  | Window { is_producer = false; space = Io; minimum; length; _ } ->
      { r with ports = r.ports @ [ (minimum, length) ] }
  | Irq interrupt -> { r with interrupts = r.interrupts @ numbered interrupt }
  | Extended_irq { interrupt; _ } -> { r with interrupts = r.interrupts @ numbered interrupt }
  | Dma _ | Start_dependent _ | End_dependent | Fixed_dma _ | Window _ | Register _ | Vendor _
  | Other _ ->
      r

let name (device : Aml.Device.t) =
  match List.rev device.path with
  | last :: _ -> "acpi " ^ last
  | [] -> "acpi"

let simple reading (device : Aml.Device.t) =
  let nothing : Simple_device.resources = { memory = []; ports = []; interrupts = [] } in
  let resources = List.fold_left add_resource nothing (resources reading device) in
  if resources.memory = [] && resources.ports = [] then None
  else Some (Simple_device.make ~name:(name device) ~identity:(Acpi device.ids) resources)

let host_ids = [ "PNP0A08"; "PNP0A03" ]
let is_host device = List.exists (Aml.Device.has_id device) host_ids

(* Bridges to what PCI finds, links of interrupts, and reservations are no devices of ours. *)
let not_devices = host_ids @ [ "PNP0C0F"; "PNP0C02"; "PNP0C01"; "ACPI0007"; "ACPI0010" ]

let is_device (device : Aml.Device.t) =
  device.status.enabled && device.ids <> []
  && (not device.is_processor)
  && not (List.exists (Aml.Device.has_id device) not_devices)

(* ---- all ---- *)

let read (tables : Acpi.Tables.t) ~config : t =
  let handlers = Acpi_handlers.make ~config in
  let machine, errors = Aml.Machine.load handlers (Acpi.Tables.definition_blocks tables) in
  let reading = { machine; complaints = [] } in
  List.iter (complain reading Aml.Error.pp) (errors @ Aml.Machine.initialize machine);
  ok reading ~default:() (Aml.Routing.set_model machine Apic);
  let devices, errors = Aml.Device.list machine in
  List.iter (complain reading Aml.Query.pp_error) errors;
  let hosts = List.map (host reading) (List.filter is_host devices) in
  let simple = List.filter_map (simple reading) (List.filter is_device devices) in
  { hosts; devices = simple; complaints = List.rev reading.complaints }
