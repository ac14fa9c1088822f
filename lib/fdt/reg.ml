type entry = { cells : Cells.t; address : Bus_address.t; size : int }

let ( let* ) = Result.bind

(* The property's groups of cells, and how many of each are the address. *)
let groups node (property : Property.t) =
  match Node.parent node with
  | None -> Error.fail ~offset:property.offset
    (Misplaced { what = property.name; where = "in the root" })
  | Some bus ->
      let* address_cells = Node.address_cells bus in
      let* size_cells = Node.size_cells bus in
      let* cells = Property.cells property in
      let* groups = Cells.groups cells (address_cells + size_cells) in
      Ok (address_cells, groups)

let entry what address_cells group =
  let* cells, size = Cells.split group address_cells in
  let* address = Bus_address.of_cells cells in
  let* size = Cells.number size in
  let offset = Cells.offset cells and base = Bus_address.at address in
  let* _ = Region.make ~what ~offset ~base ~size in
  Ok { cells; address; size }

let entries ?property:(what = "reg") node =
  match Node.find node what with
  | None -> []
  | Some property -> (
      match groups node property with
      | Error e -> [ Error e ]
      | Ok (address_cells, groups) -> List.map (entry what address_cells) groups)

let unit_address node =
  let first property =
    let* address_cells, groups = groups node property in
    match groups with
    | [] -> Ok None
    | first :: _ ->
        let* cells, _ = Cells.split first address_cells in
        Ok (Some cells)
  in
  Option.bind (Node.find node "reg") (fun p -> Result.value (first p) ~default:None)
