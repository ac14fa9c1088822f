module Names = Map.Make (String)

type t = {
  offset : int;
  name : string;
  parent : t option;
  mutable properties : Property.t list;
  mutable property_of : Property.t Names.t;
  mutable children : t list;
  mutable child_of : t Names.t;
}

let ( let* ) = Result.bind

(* [what] are in the list, of which each has a name and an offset. *)
let index what ~name ~offset list =
  let rec go found = function
    | [] -> Ok found
    | item :: _ when Names.mem (name item) found ->
        Error.fail ~offset:(offset item) (Duplicate { what; name = name item })
    | item :: rest -> go (Names.add (name item) item found) rest
  in
  go Names.empty list

let make ~offset ~name ~parent contents =
  let node =
    { offset; name; parent; properties = []; property_of = Names.empty; children = [];
      child_of = Names.empty }
  in
  let* properties, children = contents node in
  let name_of (p : Property.t) = p.name and offset_of (p : Property.t) = p.offset in
  let* property_of = index "property" ~name:name_of ~offset:offset_of properties in
  let* child_of = index "node" ~name:(fun n -> n.name) ~offset:(fun n -> n.offset) children in
  node.properties <- properties;
  node.property_of <- property_of;
  node.children <- children;
  node.child_of <- child_of;
  Ok node

let equal = ( == )
let offset t = t.offset
let name t = t.name
let parent t = t.parent
let children t = t.children
let properties t = t.properties

let base_name t =
  match String.index_opt t.name '@' with Some at -> String.sub t.name 0 at | None -> t.name

let unit_address t =
  Option.map
    (fun at -> String.sub t.name (at + 1) (String.length t.name - at - 1))
    (String.index_opt t.name '@')

let path t =
  let rec go names t =
    match t.parent with None -> names | Some parent -> go (t.name :: names) parent
  in
  "/" ^ String.concat "/" (go [] t)

(* The children "NAME@..." stand side by side in the order of names. *)
let child t name =
  let prefix = name ^ "@" in
  let above n = String.compare n prefix >= 0 and starts = String.starts_with ~prefix in
  match Names.find_opt name t.child_of with
  | Some child -> Some child
  | None -> (
      match Names.find_first_opt above t.child_of with
      | Some (first, child) when starts first -> (
          match Names.find_first_opt (fun n -> String.compare n first > 0) t.child_of with
          | Some (second, _) when starts second -> None
          | _ -> Some child)
      | _ -> None)

let find t name = Names.find_opt name t.property_of
let has t name = Names.mem name t.property_of

let required t name read =
  match find t name with
  | Some property -> read property
  | None -> Error.fail ~offset:t.offset (Missing name)

let optional t name read =
  match find t name with
  | Some property -> Result.map Option.some (read property)
  | None -> Ok None

let compatible t =
  match optional t "compatible" Property.strings with
  | Ok (Some strings) -> strings
  | Ok None | Error _ -> []

let is_compatible t name = List.mem name (compatible t)

type status = Okay | Disabled | Reserved | Failed of string

let status t =
  match find t "status" with
  | None -> Okay
  | Some property -> (
      match Property.string property with
      | Ok ("okay" | "ok") -> Okay
      | Ok "disabled" -> Disabled
      | Ok "reserved" -> Reserved
      | Ok text -> Failed text
      | Error _ -> Failed property.value)

let rec is_enabled t = status t = Okay && Option.fold ~none:true ~some:is_enabled t.parent

let cells_of t name ~default =
  Result.map (Option.value ~default) (optional t name (Property.within ~min:0 ~max:4))

let address_cells t = cells_of t "#address-cells" ~default:2
let size_cells t = cells_of t "#size-cells" ~default:1
