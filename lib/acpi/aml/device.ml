type status = { present : bool; enabled : bool; shown : bool; functioning : bool }

type t = {
  path : Path.t;
  status : status;
  ids : string list;
  uid : string option;
  address : int option;
  is_processor : bool;
}

let ( let* ) = Result.bind
let below path segment = path @ [ segment ]

let status_of flags =
  let bit n = Int64.logand flags (Int64.shift_left 1L n) <> 0L in
  { present = bit 0; enabled = bit 1; shown = bit 2; functioning = bit 3 }

(* Without [_STA] it is there and works. *)
let status machine path =
  let* flags = Query.integer machine (below path "_STA") in
  Ok (status_of (Option.value flags ~default:0xfL))

let value machine path =
  Result.map_error
    (fun error -> Query.Evaluation error)
    (Machine.evaluate_if_present machine path)

let ids machine path =
  let of_name segment =
    let* value = value machine (below path segment) in
    Ok (Option.fold value ~none:[] ~some:Device_id.of_value)
  in
  let* hid = of_name "_HID" in
  let* cid = of_name "_CID" in
  Ok (hid @ cid)

let uid machine path =
  let* value = value machine (below path "_UID") in
  match value with
  | None -> Ok None
  | Some (Value.Integer n) -> Ok (Some (Printf.sprintf "%Lu" n))
  | Some (String text) -> Ok (Some text)
  | Some other -> Query.unexpected (below path "_UID") ~wanted:"a number or a string" other

let describe machine path ~processor status =
  let* ids = ids machine path in
  let* uid = uid machine path in
  let* address = Query.small machine (below path "_ADR") in
  let uid = if uid = None then Option.map string_of_int processor else uid in
  Ok { path; status; ids; uid; address; is_processor = processor <> None }

(* Devices stand in devices and in scopes alone. Those of the root that count as devices are there
   always, and are none. *)
let rec walk machine path =
  match Machine.kind machine path with
  | Some Device when path = [ "_SB_" ] || path = [ "_TZ_" ] -> walk_children machine path
  | Some Device -> visit machine path ~processor:None
  | Some (Processor { id; _ }) -> visit machine path ~processor:(Some id)
  | Some (Scope | Thermal_zone) -> walk_children machine path
  | _ -> []

and walk_children machine path = List.concat_map (walk machine) (Machine.children machine path)

and visit machine path ~processor =
  match status machine path with
  | Error error -> [ Error error ]
  | Ok status ->
      let own = describe machine path ~processor status in
      own :: (if status.present || status.functioning then walk_children machine path else [])

let list machine =
  let of_result (devices, errors) = function
    | Ok device -> (device :: devices, errors)
    | Error error -> (devices, error :: errors)
  in
  let devices, errors = List.fold_left of_result ([], []) (walk_children machine []) in
  (List.rev devices, List.rev errors)

let has_id t id = List.mem id t.ids

let resources machine t =
  Result.map (Option.value ~default:[]) (Query.resources machine (below t.path "_CRS"))

let pp ppf t =
  Path.pp ppf t.path;
  List.iter (fun id -> Format.fprintf ppf " %s" (String.escaped id)) t.ids;
  Option.iter (Format.fprintf ppf " uid %s") (Option.map String.escaped t.uid);
  Option.iter (Format.fprintf ppf " address 0x%x") t.address;
  if not t.status.present then Format.pp_print_string ppf " (absent)"
