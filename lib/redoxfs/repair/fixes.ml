module Ids = State.Ids

type t = {
  nodes : Inode.t option Ids.t;
  others : (int * Pointer.t) list option;
  released : int list option;
  notes : Survey.note list;
}

let is_none t = Ids.is_empty t.nodes && t.others = None && t.released = None
let names_of entries =
  List.fold_left
    (fun names (name, id) -> Inode.Names.add (Name.hash name, name) (Some id) names)
    Inode.Names.empty entries

(* ---- a node ---- *)

let size_of (node : Node.t) =
  if node.kind = Directory || node.inline then node.size
  else min node.size (Node.size_max ~record_level:node.record_level)

let content store (found : Survey.node) (node : Node.t) names =
  match (names, Store.block store found.pointer) with
  | Some entries, _ -> Inode.Directory { stored = None; changed = names_of entries }
  | None, Error _ -> Inline ""
  | None, Ok block -> (
      match Inode.content_of block node with
      | Ok (Directory { stored; changed }) ->
          let blocks = found.blocks - 1 in
          let tree = Option.map (fun tree -> { tree with Directory.blocks }) stored in
          Directory { stored = tree; changed }
      | Ok (Data { stored; kept; changed }) ->
          let each = Address.bytes_of_level node.record_level in
          let kept = if found.behind then (node.size + each - 1) / each else kept in
          Data { stored; kept; changed }
      | Ok (Inline _ as content) -> content
      | Error _ -> Inline "")

let links_of (lineage : Lineage.t) id =
  Option.value (Hashtbl.find_opt lineage.links id) ~default:0

let inode store lineage id (found : Survey.node) =
  let names = Hashtbl.find_opt lineage.Lineage.changed id in
  let node = { found.node with size = size_of found.node } in
  let node = { node with links = links_of lineage id; blocks = found.blocks } in
  { Inode.id; node; content = content store found node names }

let needs_fix lineage id (found : Survey.node) =
  found.behind
  || found.blocks <> found.node.blocks
  || links_of lineage id <> found.node.links
  || size_of found.node <> found.node.size
  || Hashtbl.mem lineage.Lineage.changed id

let note id format =
  Printf.ksprintf (fun text -> { Survey.about = Of_node id; text }) format

let notes_of lineage id (found : Survey.node) =
  let links = links_of lineage id in
  let is_directory_anew = Hashtbl.mem lineage.Lineage.changed id in
  List.concat
    [ (if links <> found.node.links then
         [ note id "%d names lead to it, not %d" links found.node.links ]
       else []);
      (if found.blocks <> found.node.blocks && not is_directory_anew then
         [ note id "it has %d blocks, not %d" found.blocks found.node.blocks ]
       else []);
      (if size_of found.node <> found.node.size then [ note id "it is too large" ] else []) ]

(* ---- lost and found ---- *)

let name = "lost+found"

let rec free_id survey nodes id =
  if Hashtbl.mem survey.Survey.nodes id || Ids.mem id nodes || not (Tree_list.is_id id) then
    free_id survey nodes (id + 1)
  else id

let add_name (inode : Inode.t) entry id =
  match inode.content with
  | Directory { stored; changed } ->
      let changed = Inode.Names.add (Name.hash entry, entry) (Some id) changed in
      { inode with content = Directory { stored; changed } }
  | Inline _ | Data _ -> inode

let has_name store (inode : Inode.t) entry =
  match Names.find store inode entry with Ok found -> found | Error _ -> None

let current store survey lineage nodes id =
  match Ids.find_opt id nodes with
  | Some (Some inode) -> Some inode
  | Some None -> None
  | None -> Option.map (inode store lineage id) (Hashtbl.find_opt survey.Survey.nodes id)

let fresh survey nodes now =
  let id = free_id survey nodes 2 in
  let inode = Inode.create ~id Directory ~permissions:0o700 ~uid:0 ~gid:0 ~now in
  { inode with node = { inode.node with links = 1 } }

let rec entry_for store place text = if has_name store place text = None then text
  else entry_for store place ("#" ^ text)

(* The directory that takes them, and the root, which names it. *)
let place store survey lineage nodes (root : Inode.t) ~now =
  let make entry =
    let place = fresh survey nodes now in
    (place, Ids.add root.id (Some (add_name root entry place.id)) nodes)
  in
  match Option.map (current store survey lineage nodes) (has_name store root name) with
  | Some (Some ({ content = Directory _; _ } as place)) -> (place, nodes)
  | Some _ -> make (entry_for store root ("#" ^ name))
  | None -> make name

let adopt store survey (lineage : Lineage.t) nodes ~now =
  match current store survey lineage nodes Operations.root with
  | Some root when lineage.found <> [] ->
      let place, nodes = place store survey lineage nodes root ~now in
      let add place id = add_name place (entry_for store place (Printf.sprintf "#%d" id)) id in
      let place = List.fold_left add place lineage.found in
      Ids.add place.id (Some place) nodes
  | Some _ | None -> nodes

(* ---- all of it ---- *)

let wrong_nodes store (survey : Survey.t) lineage =
  let add id found (nodes, notes) =
    if needs_fix lineage id found then
      (Ids.add id (Some (inode store lineage id found)) nodes, notes_of lineage id found @ notes)
    else (nodes, notes)
  in
  Hashtbl.fold add survey.nodes (Ids.empty, [])

let released_of (survey : Survey.t) (lineage : Lineage.t) released =
  let is_right id = Hashtbl.mem survey.nodes id && not (Hashtbl.mem lineage.links id) in
  let ids = Option.value released ~default:[] in
  let right = List.filter is_right ids in
  if released = Some right then None else Some right

let find store (survey : Survey.t) (lineage : Lineage.t) ~released ~now =
  let nodes, notes = wrong_nodes store survey lineage in
  let nodes = Hashtbl.fold (fun id () nodes -> Ids.add id None nodes) survey.lost_nodes nodes in
  let nodes = adopt store survey lineage nodes ~now in
  let stay id (found : Survey.node) list =
    if Ids.mem id nodes then list else (id, found.pointer) :: list
  in
  let others =
    if survey.tree_is_wrong then Some (List.sort compare (Hashtbl.fold stay survey.nodes []))
    else None
  in
  { nodes; others; released = released_of survey lineage released; notes }
