open Drivers

let space_of (bar : Pci_function.bar) : Pci_host.space =
  match bar.kind with Io -> Io | Memory { is_64 = false; _ } -> Memory32 | Memory _ -> Memory64

let is_assigned (bar : Pci_function.bar) = bar.address <> 0

let map (host : Pci_host.t) (bar : Pci_function.bar) =
  let space = space_of bar in
  match Pci_host.physical_of_bus host space bar.address with
  | None -> Error "no window of its host bridge leads there"
  | Some address when space = Io && host.io_is_ports ->
      Option.to_result ~none:"there are no such ports"
        (Hal.Physical.ports ~base:address ~length:bar.size)
  | Some address ->
      Option.to_result ~none:"it cannot be mapped"
        (Hal.Physical.registers ~address ~length:bar.size)

(* Mapped when first asked for, and then for good. *)
let window (node : Pci_scan.node) number =
  match List.find_opt (fun (bar : Pci_function.bar) -> bar.index = number) node.f.bars with
  | None -> fun () -> Error "it has no such window"
  | Some bar when not (is_assigned bar) -> fun () -> Error "nobody gave it an address"
  | Some bar ->
      let lock = Sync.Mutex.create () and mapped = ref None in
      fun () ->
        Sync.Mutex.protect lock (fun () ->
            if !mapped = None then mapped := Some (map node.host bar);
            Option.get !mapped)

let read_only space =
  let read ~bytes offset =
    match bytes with
    | 1 -> Hal.Registers.read8 space offset
    | 2 -> Hal.Registers.read16 space offset
    | 4 -> Hal.Registers.read32 space offset
    | _ -> invalid_arg "Registers: configuration space has at most 32 bits"
  in
  let write ~bytes:_ _ _ = invalid_arg "Registers: configuration space is to be read alone" in
  Hal.Registers.make ~length:(Hal.Registers.length space) ~read ~write

let pp_error = Format.asprintf "%a" Line.pp_error

let claim_line (node : Pci_scan.node) ~core ~bell ~name =
  match Pci_scan.interrupt node with
  | None -> Error "it has no line that is wired to anything"
  | Some (number, trigger) -> (
      match Line.claim ~name ~bell trigger number with
      | Error e -> Error (Printf.sprintf "line %d: %s" number (pp_error e))
      | Ok line ->
          ignore (Line.route line ~core : bool);
          Pci_function.set_line_masked node.f false;
          Ok line)

let claim_message (node : Pci_scan.node) messages number ~core ~bell ~name =
  let device_id = Pci_scan.requester_id node in
  match Line.claim_message ~name ~bell ~device_id ~core with
  | Error e -> Error (pp_error e)
  | Ok line -> (
      let address, data = Option.get (Line.message line) in
      match Pci_messages.set messages number ~address ~data with
      | Ok () -> Ok line
      | Error _ as e ->
          Line.release line;
          e)

let identity (f : Pci_function.t) =
  Hardware.Pci
    {
      vendor = f.vendor;
      device = f.device;
      revision = f.revision;
      class_code = f.class_code;
      subsystem_vendor = f.subsystem_vendor;
      subsystem = f.subsystem;
    }

let enable (f : Pci_function.t) () =
  Pci_function.set_line_masked f true;
  Pci_function.set_decoding f true;
  Pci_function.set_master f true

let disable (f : Pci_function.t) messages () =
  Pci_function.set_line_masked f true;
  Option.iter Pci_messages.clear_all messages;
  Pci_function.set_master f false

let of_node ~has_messages (node : Pci_scan.node) : Hardware.t =
  let windows = Array.init 6 (window node) in
  let registers number =
    if number < 6 then windows.(number) () else Error "it has no such window"
  in
  let messages = if has_messages then Pci_messages.find node.f ~window:registers else None in
  let claim ~message ~core ~bell ~name =
    match (message, messages) with
    | None, _ -> claim_line node ~core ~bell ~name
    | Some number, Some messages -> claim_message node messages number ~core ~bell ~name
    | Some _, None -> Error "it sends no messages"
  in
  {
    name = "pci " ^ Pci_address.to_string node.f.address;
    identity = identity node.f;
    windows =
      Array.map (fun window () -> Result.map (fun r -> Hardware.Registers r) (window ())) windows;
    config = Some (read_only node.f.space);
    messages = Option.fold ~none:0 ~some:Pci_messages.count messages;
    claim;
    dma_limit = max_int;
    enable = enable node.f;
    disable = disable node.f messages;
    is_gated = true;
  }
