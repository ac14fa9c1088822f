type target = { controller : Node.t; id : int }
type parent = { node : Node.t; specifier : int list }

let ( let* ) = Result.bind
let max_rows = 1024

(* A row: the first id, the controller, what it is there, how many follow. *)
let holds id row =
  let first = Cells.get row 0 in
  id >= first && id - first < Cells.get row 3

let rows (property : Property.t) =
  let* cells = Property.cells property in
  let* rows = Cells.groups cells 4 in
  if List.compare_length_with rows max_rows > 0 then
    Error.fail ~offset:property.offset (Too_many { what = property.name; limit = max_rows })
  else Ok rows

let lookup t node name id =
  let* rows = Node.optional node name rows in
  let* mask = Node.optional node (name ^ "-mask") Property.u32 in
  let id = id land Option.value mask ~default:0xffff_ffff in
  match List.find_opt (holds id) (Option.value rows ~default:[]) with
  | None -> Ok None
  | Some row ->
      let* _, rest = Cells.split row 1 in
      let* controller = Tree.reference t rest in
      Ok (Some { controller; id = id - Cells.get row 0 + Cells.get row 2 })

let iommu t node id = lookup t node "iommu-map" id

let msi_cells node =
  let value = Node.optional node "#msi-cells" (Property.within ~min:0 ~max:8) in
  Result.map (Option.value ~default:0) value

let rec parents t found cells =
  if Cells.length cells = 0 then Ok (List.rev found)
  else
    let* node = Tree.reference t cells in
    let* nr = msi_cells node in
    let* _, rest = Cells.split cells 1 in
    let* specifier, rest = Cells.split rest nr in
    parents t ({ node; specifier = Cells.to_list specifier } :: found) rest

let msi_parents t node =
  let* cells = Node.optional node "msi-parent" Property.cells in
  Option.fold cells ~none:(Ok []) ~some:(parents t [])

let msi t node id =
  if Node.has node "msi-map" then lookup t node "msi-map" id
  else
    let* parents = msi_parents t node in
    match parents with
    | [] -> Ok None
    | { node = controller; _ } :: _ -> Ok (Some { controller; id })
