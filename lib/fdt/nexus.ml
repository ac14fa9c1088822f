module Keys = Map.Make (String)

type row = { parent : Node.t; address : Cells.t; specifier : Cells.t }

(* The keys are the bytes of the child's address and specifier, masked. *)
type t = { address_cells : int; interrupt_cells : int; mask : Cells.t; rows : row Keys.t }

let ( let* ) = Result.bind
let map = "interrupt-map"
let interrupt_cells node = Node.required node "#interrupt-cells" (Property.within ~min:1 ~max:8)

(* Who does not say has the cells of the nearest node above that does. *)
let rec address_cells node =
  match Node.parent node with
  | Some above when not (Node.has node "#address-cells") -> address_cells above
  | _ -> Node.address_cells node

(* In the rows it is another way: who does not say has addresses of no cells. *)
let cells_of_parent parent =
  if Node.has parent "#address-cells" then Node.address_cells parent else Ok 0

let mask node ~address_cells ~interrupt_cells =
  let name = "interrupt-map-mask" and wanted = address_cells + interrupt_cells in
  let* mask = Node.optional node name Property.cells in
  match mask with
  | None ->
      let ones = List.init wanted (fun _ -> 0xffff_ffff) in
      Ok (Cells.of_list ~what:name ~offset:(Node.offset node) ones)
  | Some mask when Cells.length mask = wanted -> Ok mask
  | Some mask ->
      let size = 4 * Cells.length mask and wanted = 4 * wanted in
      Error.fail ~offset:(Cells.offset mask) (Bad_size { what = name; size; wanted })

let parent ~find cells =
  let* phandle, rest = Cells.split cells 1 in
  match find (Cells.get phandle 0) with
  | None -> Error.fail ~offset:(Cells.offset phandle) (No_phandle (Cells.get phandle 0))
  | Some parent ->
      let* nr_address = cells_of_parent parent in
      let* nr_specifier = interrupt_cells parent in
      let* address, rest = Cells.split rest nr_address in
      let* specifier, rest = Cells.split rest nr_specifier in
      Ok ({ parent; address; specifier }, rest)

let rec read_rows t ~find cells =
  if Cells.length cells = 0 then Ok t
  else
    let* child, rest = Cells.split cells (t.address_cells + t.interrupt_cells) in
    let* row, rest = parent ~find rest in
    let key = Cells.masked child ~mask:t.mask in
    let rows = if Keys.mem key t.rows then t.rows else Keys.add key row t.rows in
    read_rows { t with rows } ~find rest

let read ~find node =
  let read property =
    let* address_cells = address_cells node in
    let* interrupt_cells = interrupt_cells node in
    let* mask = mask node ~address_cells ~interrupt_cells in
    let* cells = Property.cells property in
    read_rows { address_cells; interrupt_cells; mask; rows = Keys.empty } ~find cells
  in
  Option.map read (Node.find node map)

let lookup t ~address ~specifier =
  let* address, _ = Cells.split address t.address_cells in
  let* specifier, _ = Cells.split specifier t.interrupt_cells in
  let key = Cells.masked (Cells.append address specifier) ~mask:t.mask in
  Ok (Keys.find_opt key t.rows)
