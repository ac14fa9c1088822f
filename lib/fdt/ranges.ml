type window = { child : Bus_address.t; parent : Bus_address.t; size : int; offset : int }

(* The windows by the addresses of one side, for each space. *)
type index = { physical : window Intervals.t; io : window Intervals.t; memory : window Intervals.t }
type t = Identity | Windows of { list : window list; children : index; parents : index }

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

let add side index window =
  let address = side window in
  let start = Bus_address.at address in
  let add windows = Intervals.add windows ~start ~stop:(start + window.size) window in
  match Bus_address.space address with
  | Physical -> { index with physical = add index.physical }
  | Io -> { index with io = add index.io }
  | Memory -> { index with memory = add index.memory }
  | Configuration -> index

let find index address =
  let at = Bus_address.at address in
  match Bus_address.space address with
  | Physical -> Intervals.find index.physical at
  | Io -> Intervals.find index.io at
  | Memory -> Intervals.find index.memory at
  | Configuration -> None

let child window = window.child
let parent window = window.parent

let index list =
  let empty = { physical = Intervals.empty; io = Intervals.empty; memory = Intervals.empty } in
  let by side = List.fold_left (add side) empty list in
  Windows { list; children = by child; parents = by parent }

let read bus name =
  let read (property : Property.t) =
    if property.value = "" then Ok Identity else Result.map index (windows bus property)
  in
  Option.map read (Node.find bus name)

(* From one side of the windows to the other. *)
let through index ~from ~into address ~size =
  let move window =
    let by = Bus_address.at address - Bus_address.at (from window) in
    if size <= window.size - by then Some (Bus_address.move (into window) by) else None
  in
  Option.bind (find index address) move

let same address = if Bus_address.space address = Configuration then None else Some address

let up t address ~size =
  match t with
  | Identity -> same address
  | Windows { children; _ } -> through children ~from:child ~into:parent address ~size

let down t address ~size =
  match t with
  | Identity -> same address
  | Windows { parents; _ } -> through parents ~from:parent ~into:child address ~size

let windows = function Identity -> [] | Windows { list; _ } -> list
