type t = { controller : Node.t; specifier : int list }

let ( let* ) = Result.bind
let max_nexuses = 16
let is_controller node = Node.has node "interrupt-controller"

let rec parent t node =
  match (Node.find node "interrupt-parent", Node.parent node) with
  | Some property, _ ->
      let* cells = Property.cells property in
      Tree.reference t cells
  | None, None -> Error.fail ~offset:(Node.offset node) (Missing "interrupt-parent")
  | None, Some above when Node.has above "#interrupt-cells" -> Ok above
  | None, Some above -> parent t above

(* A nexus that is a controller as well keeps what its map does not name. *)
let rec follow t node ~address ~specifier ~left =
  let here () =
    if is_controller node then Ok { controller = node; specifier = Cells.to_list specifier }
    else
      let value = Format.asprintf "%a, %a" Cells.pp address Cells.pp specifier in
      let what = "the interrupt map of " ^ Node.name node in
      Error.fail ~offset:(Cells.offset specifier) (Not_mapped { what; value })
  in
  match Tree.nexus t node with
  | None -> here ()
  | Some _ when left = 0 ->
      Error.fail ~offset:(Cells.offset specifier) (Loop "the interrupt maps")
  | Some nexus -> (
      let* nexus = nexus in
      let* row = Nexus.lookup nexus ~address ~specifier in
      match row with
      | Some { parent; address; specifier } -> follow t parent ~address ~specifier ~left:(left - 1)
      | None -> here ())

let follow = follow ~left:max_nexuses

let unit_address node =
  let none = Cells.of_list ~what:"reg" ~offset:(Node.offset node) [] in
  Option.value (Reg.unit_address node) ~default:none

(* The first entry, and the cells behind it. *)
let extended_entry t ~address cells =
  let* controller = Tree.reference t cells in
  let* nr = Nexus.interrupt_cells controller in
  let* _, rest = Cells.split cells 1 in
  let* specifier, rest = Cells.split rest nr in
  Ok (follow t controller ~address ~specifier, rest)

let rec extended t ~address found cells =
  if Cells.length cells = 0 then List.rev found
  else
    match extended_entry t ~address cells with
    | Ok (interrupt, rest) -> extended t ~address (interrupt :: found) rest
    | Error e -> List.rev (Error e :: found)

let ordinary t node ~address cells =
  let* parent = parent t node in
  let* nr = Nexus.interrupt_cells parent in
  let* specifiers = Cells.groups cells nr in
  Ok (List.map (fun specifier -> follow t parent ~address ~specifier) specifiers)

let of_node t node =
  let address = unit_address node in
  let interrupts =
    match (Node.find node "interrupts-extended", Node.find node "interrupts") with
    | None, None -> Ok []
    | Some property, _ -> Result.map (extended t ~address []) (Property.cells property)
    | None, Some property -> Result.bind (Property.cells property) (ordinary t node ~address)
  in
  match interrupts with Ok interrupts -> interrupts | Error e -> [ Error e ]

let route t node ~address ~specifier =
  let offset = Node.offset node in
  let address = Cells.of_list ~what:"the unit address" ~offset address in
  let specifier = Cells.of_list ~what:"the interrupt" ~offset specifier in
  let* nr = Nexus.interrupt_cells node in
  if Cells.length specifier = nr then follow t node ~address ~specifier
  else
    let size = 4 * Cells.length specifier and wanted = 4 * nr in
    Error.fail ~offset (Bad_size { what = "the interrupt"; size; wanted })

let of_pci_pin t bridge ~bus ~device ~function_ ~pin =
  route t bridge ~address:(Pci.function_cells ~bus ~device ~function_) ~specifier:[ pin ]
