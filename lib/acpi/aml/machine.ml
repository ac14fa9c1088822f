open Object

type t = { machine : Context.machine; limits : Budget.limits }

type kind =
  | Scope
  | Data
  | Device
  | Processor of { id : int; block : int; block_length : int }
  | Thermal_zone
  | Power_resource of { system_level : int; resource_order : int }
  | Method of { arity : int }
  | Region of { space : Acpi.Address_space.t; offset : int; length : int }
  | Field
  | Mutex
  | Event
  | Alias of Path.t

let windows =
  [ "Windows 2000"; "Windows 2001"; "Windows 2001 SP1"; "Windows 2001 SP2"; "Windows 2001.1";
    "Windows 2006"; "Windows 2006.1"; "Windows 2006 SP1"; "Windows 2009"; "Windows 2012";
    "Windows 2013"; "Windows 2015"; "Extended Address Space Descriptor"; "Module Device";
    "Processor Device" ]

(* ---- loading ---- *)

let osi width interfaces = function
  | String { bytes } :: _ ->
      Integer (Integer.of_bool width (List.mem (Bytes.to_string bytes) interfaces))
  | _ -> Integer 0L

let evaluate_node machine node arguments =
  match content node with
  | Method _ -> Call.run machine ~term:Interpreter.term node arguments
  | _ -> Some (Reference.of_node machine node)

let create ~limits ~interfaces ~width handlers =
  let native = [ ("_OSI", { arity = 1; body = Native (osi width interfaces) }) ] in
  let machine =
    {
      Context.root = Namespace.create ~native;
      width;
      handlers;
      budget = Budget.create limits;
      location = ("", 0, None);
      errors = [];
      pci_of = (fun _ -> Error.fail (Not_found "PCI host bridge"));
    }
  in
  let evaluate node = evaluate_node machine node [] in
  machine.pci_of <- (fun scope -> Pci_function.find machine ~evaluate scope);
  { machine; limits }

let load_table t (table : Acpi.Table.t) =
  let { machine; limits } = t in
  let stop = String.length table.bytes in
  let cursor =
    Cursor.create ~table:table.signature table.bytes ~start:Acpi.Table.header_size ~stop
  in
  machine.budget <- Budget.create limits;
  Definitions.load { machine; cursor; scope = machine.root; frame = None; term = Interpreter.term }

let load ?(limits = Budget.default) ?(interfaces = windows) handlers tables =
  let revision = match tables with [] -> 2 | (dsdt : Acpi.Table.t) :: _ -> dsdt.revision in
  let t = create ~limits ~interfaces ~width:(Integer.of_revision revision) handlers in
  List.iter (load_table t) tables;
  let errors = List.rev t.machine.errors in
  t.machine.errors <- [];
  (t, errors)

(* ---- names ---- *)

let find t path = Namespace.find_path t.machine.root path

let kind_of node =
  match node.content with
  | Scope -> Scope
  | Alias target -> Alias (Object.path target)
  | Data _ -> Data
  | Device -> Device
  | Processor { id; block; block_length } -> Processor { id; block; block_length }
  | Thermal_zone -> Thermal_zone
  | Power_resource { system_level; resource_order } ->
      Power_resource { system_level; resource_order }
  | Method { arity; _ } -> Method { arity }
  | Region { space; offset; length; _ } -> Region { space; offset; length }
  | Field _ | Buffer_field _ -> Field
  | Mutex _ -> Mutex
  | Event _ -> Event

let kind t path = Option.map kind_of (find t path)

let children t path =
  match find t path with
  | None | Some { content = Alias _; _ } -> []
  | Some node -> List.map Object.path (Namespace.children node)

(* ---- evaluation ---- *)

let guarded t f =
  t.machine.budget <- Budget.create t.limits;
  t.machine.location <- ("", 0, None);
  Context.guarded t.machine f

let evaluate_found t node arguments =
  guarded t (fun () ->
      let arguments = List.map (Export.import t.machine) arguments in
      match evaluate_node t.machine node arguments with
      | Some value -> Export.value t.machine value
      | None -> Value.Uninitialized)

let not_found t path =
  guarded t (fun () -> Error.fail (Not_found (Path.to_string path)))

let evaluate ?(arguments = []) t path =
  match find t path with
  | Some node -> evaluate_found t node arguments
  | None -> not_found t path

let evaluate_if_present ?(arguments = []) t path =
  match find t path with
  | Some node -> Result.map Option.some (evaluate_found t node arguments)
  | None -> Ok None

let pci_function t path =
  match find t path with
  | Some node -> guarded t (fun () -> t.machine.pci_of (real node))
  | None -> not_found t path

(* ---- initialisation ---- *)

let rec nodes_below node =
  let below child =
    match child.content with Alias _ -> [] | _ -> child :: nodes_below child
  in
  List.concat_map below (Namespace.children node)

let errors_of results =
  List.filter_map (function Ok _ -> None | Error error -> Some error) results

let spaces_of node =
  let space child = match child.content with Region { space; _ } -> Some space | _ -> None in
  List.sort_uniq compare (List.filter_map space (Namespace.children node))

let connect t spaces node =
  match node.parent with
  | Some parent when node.segment = "_REG" ->
      let ours = List.filter (fun space -> List.mem space spaces) (spaces_of parent) in
      let tell space =
        let number = Value.Integer (Int64.of_int (Acpi.Address_space.to_int space)) in
        evaluate_found t node [ number; Integer 1L ]
      in
      List.map tell ours
  | _ -> []

let present = 1L
let functioning = 8L

let status t node =
  match Namespace.child node "_STA" with
  | None -> Ok 0xfL
  | Some sta -> (
      match evaluate_found t sta [] with
      | Ok (Integer status) -> Ok status
      | Ok _ -> Ok 0L
      | Error error -> Error error)

let has_bit status bit = Int64.logand status bit <> 0L

(* A device that is not there keeps its children from being there, unless it functions. *)
let rec initialize_below t node =
  List.concat_map (initialize_one t) (Namespace.children node)

and initialize_one t node =
  match node.content with
  | Device | Processor _ | Thermal_zone | Scope -> (
      match status t node with
      | Error error -> [ error ]
      | Ok status when has_bit status present ->
          let own =
            match Namespace.child node "_INI" with
            | Some ini -> errors_of [ evaluate_found t ini [] ]
            | None -> []
          in
          own @ initialize_below t node
      | Ok status -> if has_bit status functioning then initialize_below t node else [])
  | _ -> []

let initialize ?(spaces = [ Acpi.Address_space.Pci_config ]) t =
  let connected = List.concat_map (connect t spaces) (nodes_below t.machine.root) in
  errors_of connected @ initialize_below t t.machine.root
