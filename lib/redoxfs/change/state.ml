module Ids = Map.Make (Int)

type t = {
  header : Header.t;
  log : Log.t;
  nodes : Inode.t option Ids.t;
  unnamed : unit Ids.t;
  unnamed_changed : bool;
  space : Space.t;
  snapshots : Snapshots.t;
  promised : int;
  reserve : int;
  ripe : int;
  pending : int;
  next_id : int;
  effects : (unit -> unit) list;
}

let ( let* ) = Result.bind

let create ?(snapshots = Snapshots.none) header log free =
  {
    header;
    log;
    nodes = Ids.empty;
    unnamed = Ids.empty;
    unnamed_changed = false;
    space = Space.create free;
    snapshots;
    promised = 0;
    reserve = 64;
    ripe = header.Header.generation;
    pending = 0;
    next_id = 1;
    effects = [];
  }

let has_snapshots t =
  match t.snapshots.pinned with Nothing -> false | All_but _ | Everything -> true

let is_changed t =
  (not (Ids.is_empty t.nodes)) || t.unnamed_changed || t.snapshots.is_changed

let inode store t id =
  match Ids.find_opt id t.nodes with
  | Some (Some inode) -> Ok inode
  | Some None -> Error Reason.No_entry
  | None ->
      let* pointer = Tree.find store t.header.tree id in
      Inode.read store pointer id

(* The node, and the four blocks of the tree above it. *)
let node_cost = 1 + Tree_list.levels

let change t id value =
  let promised = if Ids.mem id t.nodes then t.promised else t.promised + node_cost in
  { t with nodes = Ids.add id value t.nodes; promised }

let set t (inode : Inode.t) = change t inode.id (Some inode)
let remove t id = change t id None

(* The log has an entry for all that is taken or freed, at worst; a few blocks more for its own, and
   for the list of released nodes, and for the dead list. *)
let log_cost t = 6 + (2 * (t.promised + t.pending) / Allocation_list.slots)
let room t = Space.free t.space + Space.held t.space - t.promised - log_cost t

(* While there are snapshots, removing gives no room back, but deleting them does: it needs some. *)
let floor t = if has_snapshots t then max 12 (t.reserve / 2) else 0
let is_tight t = room t < floor t
let check_room t = if room t >= t.reserve then Ok t else Error Reason.No_space

let promise t blocks = check_room { t with promised = t.promised + blocks }

let taken t (index, space) level =
  let* t = check_room { t with space; pending = t.pending + Address.blocks_of_level level } in
  Ok (index, t)

let take t ~level =
  match Space.take t.space ~level with
  | Some found -> taken t found level
  | None -> (
      match Space.take (Space.release t.space ~upto:t.ripe) ~level with
      | Some found -> taken t found level
      | None -> Error Reason.No_space)

let give_back t ~index ~level =
  let count = Address.blocks_of_level level in
  { t with space = Space.give_back t.space ~index ~count; pending = t.pending - count }

let later t action = { t with effects = action :: t.effects }

let settle t =
  List.iter (fun action -> action ()) (List.rev t.effects);
  { t with effects = [] }

let free_id store t =
  let rec go from =
    let* id = Tree.free_id store t.header.tree ~from in
    if Ids.mem id t.nodes then go (id + 1) else Ok id
  in
  go t.next_id
