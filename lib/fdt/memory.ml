type bank = { region : Region.t; numa_node : int }

type place =
  | Static of Region.t list
  | Dynamic of { size : int; alignment : int; within : Region.t list }

type reserved = { node : Node.t; place : place; no_map : bool; reusable : bool }

let ( let* ) = Result.bind
let regions ?property t node = Error.all Fun.id (Address.regions ?property t node)

let is_memory node =
  Node.optional node "device_type" Property.string = Ok (Some "memory") && Node.is_enabled node

let banks_of t node =
  let* regions = regions t node in
  let* numa_node = Node.optional node "numa-node-id" Property.u32 in
  let numa_node = Option.value numa_node ~default:0 in
  let bank region = { region; numa_node } in
  Ok (List.map bank (List.filter (fun (r : Region.t) -> r.size > 0) regions))

let banks t =
  let nodes = List.filter is_memory (Tree.nodes t) in
  Result.map List.concat (Error.all (banks_of t) nodes)

let place t node =
  if Node.has node "reg" then Result.map (fun regions -> Static regions) (regions t node)
  else
    let* size = Node.required node "size" Property.number in
    let* alignment = Node.optional node "alignment" Property.number in
    let* within = regions t node ~property:"alloc-ranges" in
    Ok (Dynamic { size; alignment = max 1 (Option.value alignment ~default:1); within })

let reserved_of t node =
  let* place = place t node in
  Ok { node; place; no_map = Node.has node "no-map"; reusable = Node.has node "reusable" }

let reserved t =
  match Tree.find t "/reserved-memory" with
  | None -> Ok []
  | Some parent ->
      Error.all (reserved_of t) (List.filter Node.is_enabled (Node.children parent))

let untouchable t =
  let* reserved = reserved t in
  let static = function
    | { place = Static regions; reusable = false; _ } -> regions
    | { place = Static _ | Dynamic _; _ } -> []
  in
  Ok ((Tree.blob t).reservations @ List.concat_map static reserved)
