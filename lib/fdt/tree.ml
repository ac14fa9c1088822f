module Ints = Map.Make (Int)

(* The tables are by the offsets of nodes. *)
type t = {
  blob : Blob.t;
  nodes : Node.t list;
  phandles : Node.t Ints.t;
  ranges : (Ranges.t, Error.t) result Ints.t;
  dma_ranges : (Ranges.t, Error.t) result Ints.t;
  nexuses : (Nexus.t, Error.t) result Ints.t;
}

let ( let* ) = Result.bind

let nodes_of root =
  let rec add found node = List.fold_left add (node :: found) (Node.children node) in
  List.rev (add [] root)

let phandle_of node =
  match Node.find node "phandle" with
  | Some property -> Some property
  | None -> Node.find node "linux,phandle"

let add_phandle phandles node =
  match phandle_of node with
  | None -> Ok phandles
  | Some ({ name = what; offset; _ } as property) ->
      let* value = Property.within ~min:1 ~max:0xffff_fffe property in
      if Ints.mem value phandles then
        Error.fail ~offset (Duplicate { what; name = Printf.sprintf "0x%x" value })
      else Ok (Ints.add value node phandles)

let rec index_phandles phandles = function
  | [] -> Ok phandles
  | node :: rest ->
      let* phandles = add_phandle phandles node in
      index_phandles phandles rest

let table nodes read =
  let add table node =
    match read node with Some entry -> Ints.add (Node.offset node) entry table | None -> table
  in
  List.fold_left add Ints.empty nodes

let of_contents contents =
  let* blob = Blob.read contents in
  let nodes = nodes_of blob.root in
  let* phandles = index_phandles Ints.empty nodes in
  let find phandle = Ints.find_opt phandle phandles in
  let ranges name = table nodes (fun node -> Ranges.read node name) in
  let nexuses = table nodes (Nexus.read ~find) in
  Ok { blob; nodes; phandles; ranges = ranges "ranges"; dma_ranges = ranges "dma-ranges"; nexuses }

let blob t = t.blob
let root t = t.blob.root
let nodes t = t.nodes

let descend node path =
  let child node name = Option.bind node (fun node -> Node.child node name) in
  List.fold_left child (Some node) (List.filter (( <> ) "") (String.split_on_char '/' path))

let alias t name =
  let path node = Result.to_option (Node.required node name Property.string) in
  let absolute path = if String.starts_with ~prefix:"/" path then descend (root t) path else None in
  Option.bind (Option.bind (Node.child (root t) "aliases") path) absolute

let find t path =
  match String.index_opt path '/' with
  | Some 0 -> descend (root t) path
  | None -> alias t path
  | Some at ->
      let rest = String.sub path at (String.length path - at) in
      Option.bind (alias t (String.sub path 0 at)) (fun node -> descend node rest)

let required t path ~offset =
  match find t path with
  | Some node -> Ok node
  | None -> Error.fail ~offset (No_node path)

let phandle t phandle = Ints.find_opt phandle t.phandles

let reference t cells =
  let* first, _ = Cells.split cells 1 in
  let value = Cells.get first 0 in
  match phandle t value with
  | Some node -> Ok node
  | None -> Error.fail ~offset:(Cells.offset cells) (No_phandle value)

let compatible t names =
  let is node = List.exists (fun name -> List.mem name names) (Node.compatible node) in
  List.filter is t.nodes

let ranges t node = Ints.find_opt (Node.offset node) t.ranges
let dma_ranges t node = Ints.find_opt (Node.offset node) t.dma_ranges
let nexus t node = Ints.find_opt (Node.offset node) t.nexuses
