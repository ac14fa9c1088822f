type failure = Before of Reason.t | Unsure of Reason.t
type outcome = { state : State.t; unused : Extents.t list; damage : int }

let ( let* ) = Result.bind

(* ---- nodes ---- *)

let old_node store (state : State.t) id =
  let* pointer = Tree.find store state.header.tree id in
  Inode.read store pointer id

(* What a node that is gone, or has no records any more, leaves. *)
let free_content batch (inode : Inode.t) =
  match inode.content with
  | Data { stored = Some block; _ } -> Data_commit.free batch block
  | Directory { stored = Some tree; _ } -> Names_commit.free batch tree
  | Data { stored = None; _ } | Directory { stored = None; _ } | Inline _ -> ()

let put_content batch owner (inode : Inode.t) bytes =
  match inode.content with
  | Inline text ->
      Buffer.set_string bytes Node.data_at text;
      Ok inode.node
  | Data { stored; kept; changed } ->
      let* () = Data_commit.write batch owner inode ~stored ~kept changed ~into:bytes in
      Ok { inode.node with blocks = max 1 (inode.node.blocks + owner.Batch.blocks) }
  | Directory { stored; changed } ->
      let* tree = Names_commit.write batch owner stored changed in
      Node.set_hashed_tree bytes tree;
      let before = match stored with Some tree -> tree.Directory.blocks | None -> 0 in
      let blocks = max 0 (before + owner.Batch.blocks) in
      Ok { inode.node with blocks = 1 + blocks; size = blocks * Address.block_bytes }

let put_node batch inode =
  let bytes = Block.fresh () in
  let* node = put_content batch (Batch.owner ()) inode bytes in
  Node.print node bytes;
  Batch.put batch (Batch.owner ()) bytes

(* The tree frees the node's own block. *)
let drop_node batch state id =
  match old_node (Batch.store batch) state id with
  | Ok inode ->
      free_content batch inode;
      Ok [ (id, Pointer.null) ]
  | Error Reason.No_entry -> Ok []
  | Error (Reason.Damaged _) ->
      Batch.damaged batch;
      Ok [ (id, Pointer.null) ]
  | Error reason -> Error reason

let rec put_nodes batch state done_ = function
  | [] -> Ok (List.rev done_)
  | (id, Some inode) :: rest ->
      let* pointer = put_node batch inode in
      put_nodes batch state ((id, pointer) :: done_) rest
  | (id, None) :: rest ->
      let* gone = drop_node batch state id in
      put_nodes batch state (gone @ done_) rest

(* ---- nodes without a name ---- *)

let rec free_releases batch pointer =
  if not (Pointer.is_null pointer) then begin
    (match Result.map Release_list.parse (Store.block (Batch.store batch) pointer) with
    | Ok (Ok { previous; _ }) -> free_releases batch previous
    | Ok (Error _) | Error _ -> Batch.damaged batch);
    Batch.free batch (Batch.owner ()) pointer
  end

let rec put_releases batch previous ids =
  if ids = [] then Ok previous
  else
    let here = List.filteri (fun i _ -> i < Release_list.slots) ids in
    let rest = List.filteri (fun i _ -> i >= Release_list.slots) ids in
    let* pointer = Batch.put batch (Batch.owner ()) (Release_list.print { previous; ids = here }) in
    put_releases batch pointer rest

let releases batch (state : State.t) =
  if not state.unnamed_changed then Ok state.header.releases
  else begin
    free_releases batch state.header.releases;
    put_releases batch Pointer.null (List.map fst (State.Ids.bindings state.unnamed))
  end

(* ---- all of it ---- *)

let by_id (a, _) (b, _) = Int.compare a b

let assemble batch (state : State.t) ~generation ~compact ~stay change =
  let* nodes = put_nodes batch state [] (State.Ids.bindings state.nodes) in
  let nodes = List.merge by_id nodes stay in
  let* tree = Tree_commit.write batch state.header.tree nodes in
  let* releases = releases batch state in
  let header = { state.header with generation; tree; releases } in
  let* header, snapshots = change batch header state.snapshots in
  let* header, snapshots = Snapshot_commit.write batch header snapshots in
  let* log = Log_commit.write batch state.log ~compact in
  Ok (log, { header with allocations = List.hd log.blocks }, snapshots)

(* The next reader finds its blocks in memory. *)
let remember store (stored : Store.stored) =
  let address = stored.pointer.address in
  if Address.level address = 0 && not (Address.is_compressed address) then
    Cache.add (Store.cache store) stored.pointer stored.data

let write store batch header =
  let before result = Result.map_error (fun reason -> Before reason) result in
  let unsure result = Result.map_error (fun reason -> Unsure reason) result in
  let* () = before (Store.write store (Batch.writes batch)) in
  let* () = before (Store.flush store) in
  let* () = unsure (Store.write_header store header) in
  unsure (Store.flush store)

let smallest_gone (state : State.t) =
  let gone id inode smallest = if inode = None then min id smallest else smallest in
  State.Ids.fold gone state.nodes state.next_id

let next (state : State.t) batch (log, header, snapshots) ~keep =
  let generation = header.Header.generation in
  let space = Space.hold (Batch.space batch) ~generation (Batch.freed batch) in
  let upto = min state.ripe (generation - keep) in
  let unused = Space.ripe space ~upto and space = Space.release space ~upto in
  ({ state with
    header; log; space; snapshots;
    nodes = State.Ids.empty;
    unnamed_changed = false;
    promised = 0;
    pending = 0;
    ripe = generation;
    next_id = smallest_gone state }, unused)

let unchanged _ header snapshots = Ok (header, snapshots)

let run ?(change = unchanged) ?(stay = []) store (state : State.t) ~generation ~keep ~compact =
  let batch = Batch.create store state.space state.snapshots ~ripe:state.ripe in
  match assemble batch state ~generation ~compact ~stay change with
  | Error reason -> Error (Before reason)
  | Ok ((_, header, _) as stored) ->
      let* () = write store batch header in
      List.iter (remember store) (Batch.writes batch);
      let state, unused = next state batch stored ~keep in
      Ok { state; unused; damage = Batch.damage batch }
