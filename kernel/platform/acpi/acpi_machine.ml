(* ---- PCI ---- *)

(* Firmware's own idea of the line, as legacy interrupt controllers number them; 255 is none.
   Source: PCI Local Bus Specification 3.0, section 6.2.4. *)
let line_register config ~segment ~bus ~device ~function_ ~pin:_ =
  match Pci_config.space config { segment; bus; device; function_ } with
  | None -> None
  | Some space -> (
      match Hal.Registers.read8 space 0x3c with
      | 0 | 255 -> None
      | line -> Some (line, Hal.Interrupt.Level_high))

let host ~name ~segment ~first_bus ~last_bus config : Pci_host.t =
  {
    name;
    segment;
    first_bus;
    last_bus;
    config;
    windows = [];
    io_is_ports = Option.is_some (Hal.Physical.ports ~base:0 ~length:1);
    route = line_register config ~segment;
  }

let bus_bytes = 1 lsl 20

let ecam_host (w : Acpi.Mcfg.window) =
  let length = (w.last_bus - w.first_bus + 1) * bus_bytes in
  let address = w.base + (w.first_bus * bus_bytes) in
  match Hal.Physical.registers ~address ~length with
  | None -> Error (Printf.sprintf "MCFG: configuration space at 0x%x cannot be mapped" address)
  | Some registers ->
      let name = Printf.sprintf "pci segment %d" w.segment in
      let config = Pci_config.ecam registers ~first_bus:w.first_bus in
      Ok (host ~name ~segment:w.segment ~first_bus:w.first_bus ~last_bus:w.last_bus config)

let config_ports = 0xcf8

(* The address port keeps what is written to it, where there is one.
   Source: PCI Local Bus Specification 3.0, section 3.2.2.3.2. *)
let ports_host () =
  match Hal.Physical.ports ~base:config_ports ~length:8 with
  | None -> None
  | Some ports ->
      let enabled = 1 lsl 31 in
      Hal.Registers.write32 ports 0 enabled;
      if Hal.Registers.read32 ports 0 <> enabled then None
      else
        let config = Pci_config.ports ports in
        Some (host ~name:"pci" ~segment:0 ~first_bus:0 ~last_bus:255 config)

let without_tables () =
  let hosts = Option.to_list (ports_host ()) and devices = Isa_devices.find () in
  { (Found.nothing "no tables") with hosts; devices }

(* ---- tables ---- *)

let pp_error = Format.asprintf "%a" Acpi.Error.pp

let hosts tables =
  match Acpi.Tables.find tables "MCFG" with
  | None -> (Option.to_list (ports_host ()), [])
  | Some table -> (
      match Acpi.Mcfg.of_table table with
      | Error e -> (Option.to_list (ports_host ()), [ pp_error e ])
      | Ok windows ->
          let hosts = List.map ecam_host windows in
          ( List.filter_map Result.to_option hosts,
            List.filter_map (function Ok _ -> None | Error e -> Some e) hosts ))

let read ~address ~length =
  Option.to_result ~none:"nothing answers there" (Hal.Physical.read ~address ~length)

(* What the namespace says of a host bridge; the register for the line where it says nothing. *)
let informed (namespace : Acpi_namespace.t) (host : Pci_host.t) : Pci_host.t =
  let is_it (h : Acpi_namespace.host) = h.segment = host.segment && h.bus = host.first_bus in
  match List.find_opt is_it namespace.hosts with
  | None -> host
  | Some { wiring = []; windows; _ } -> { host with windows }
  | Some { wiring; windows; _ } ->
      let route ~bus:_ ~device ~function_:_ ~pin = List.assoc_opt (device, pin) wiring in
      { host with windows; route }

let config_of hosts segment =
  let is_it (host : Pci_host.t) = host.segment = segment in
  Option.map (fun (host : Pci_host.t) -> host.config) (List.find_opt is_it hosts)

(* Where MCFG says nothing, the host bridge itself may. *)
let unlisted hosts (namespace : Acpi_namespace.t) =
  let ecam (h : Acpi_namespace.host) =
    let is_it (host : Pci_host.t) = host.segment = h.segment && host.first_bus = h.bus in
    if List.exists is_it hosts then None
    else
      let window base : Acpi.Mcfg.window =
        { base; segment = h.segment; first_bus = h.bus; last_bus = h.last_bus }
      in
      Option.map window h.ecam
  in
  let found = List.map ecam_host (List.filter_map ecam namespace.hosts) in
  List.filter_map Result.to_option found

let of_tables (tables : Acpi.Tables.t) : Found.t =
  let hosts, complaints = hosts tables in
  let namespace = Acpi_namespace.read tables ~config:(config_of hosts) in
  {
    source = "ACPI";
    hosts = List.map (informed namespace) (hosts @ unlisted hosts namespace);
    devices = namespace.devices;
    complaints = List.map pp_error tables.errors @ complaints @ namespace.complaints;
  }

let find ~root = Result.map of_tables (Result.map_error pp_error (Acpi.Tables.load read ~rsdp:root))
