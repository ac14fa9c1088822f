type window = { child : Bus_address.t; parent : Bus_address.t; size : int; offset : int }
type t = Identity | Windows of window list

let ( let* ) = Result.bind
let max_windows = 256

(* An address with room for [size] bytes behind it. *)
let address what cells ~size =
  let* address = Bus_address.of_cells cells in
  let offset = Cells.offset cells and base = Bus_address.at address in
  let* _ = Region.make ~what ~offset ~base ~size in
  Ok address

let window what ~child_cells ~parent_cells row =
  let* child, rest = Cells.split row child_cells in
  let* parent, size = Cells.split rest parent_cells in
  let* size = Cells.number size in
  let* child = address what child ~size in
  let* parent = address what parent ~size in
  Ok { child; parent; size; offset = Cells.offset row }

let windows bus (property : Property.t) =
  let what = property.name in
  let* child_cells = Node.address_cells bus in
  let* size_cells = Node.size_cells bus in
  let* parent_cells = Option.fold ~none:(Ok 0) ~some:Node.address_cells (Node.parent bus) in
  let* cells = Property.cells property in
  let* rows = Cells.groups cells (child_cells + parent_cells + size_cells) in
  if List.compare_length_with rows max_windows > 0 then
    Error.fail ~offset:property.offset (Too_many { what; limit = max_windows })
  else Error.all (window what ~child_cells ~parent_cells) rows

let read bus name =
  let read (property : Property.t) =
    if property.value = "" then Ok Identity
    else Result.map (fun windows -> Windows windows) (windows bus property)
  in
  Option.map read (Node.find bus name)

(* [from] and [into] are the sides of a window. *)
let through t ~from ~into address ~size =
  let base = Bus_address.at address in
  let holds window =
    let side = from window in
    Bus_address.same_space side address
    && Region.holds { base = Bus_address.at side; size = window.size } { base; size }
  in
  match (address, t) with
  | Bus_address.Pci pci, _ when not (Pci.is_mapped pci) -> None
  | _, Identity -> Some address
  | _, Windows windows ->
      let move window = Bus_address.move (into window) (base - Bus_address.at (from window)) in
      Option.map move (List.find_opt holds windows)

let up = through ~from:(fun w -> w.child) ~into:(fun w -> w.parent)
let down = through ~from:(fun w -> w.parent) ~into:(fun w -> w.child)
