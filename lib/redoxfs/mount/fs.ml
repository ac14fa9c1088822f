type 'a result = ('a, Reason.t) Stdlib.result

type options = {
  read_only : bool;
  base : int option;
  cache_blocks : int;
  dirty_blocks : int;
  keep : int;
  discard : bool;
  unlock : Header.t -> Cipher.t option;
  now : unit -> Node.time;
}

type skipped = Newest.skipped = { generation : int; reason : Reason.t }

type t = {
  options : options;
  store : Store.t;
  state : State.t Atomic.t;
  writer : Sync.Mutex.t;  (** of all that follows, and whoever replaces the state *)
  pins : Pins.t;
  users : (int, int) Hashtbl.t;  (** how many have a node open *)
  first_generation : int;  (** the next one when it was mounted *)
  mutable next_generation : int;
  mutable stopped : Reason.t option;  (** nothing is changed any more *)
  mutable damage : int;
  skipped : skipped list;
}

let ( let* ) = Result.bind

let default ~now =
  { read_only = false; base = None; cache_blocks = 4096; dirty_blocks = 4096; keep = 4;
    discard = false; unlock = (fun _ -> None); now }

let skipped t = t.skipped

(* ---- mounting ---- *)

let reserve_of free = min 64 (max 16 (Extents.count free / 8))

let assemble options { Newest.store; header; log; free; skipped; next_generation } =
  let options = { options with read_only = options.read_only || (Store.device store).read_only } in
  let state = { (State.create header log free) with reserve = reserve_of free } in
  { options; store; skipped; next_generation; first_generation = next_generation;
    state = Atomic.make state;
    writer = Sync.Mutex.create ();
    pins = Pins.create ();
    users = Hashtbl.create 64;
    stopped = (if options.read_only then Some Reason.Read_only else None);
    damage = 0 }

(* ---- changes ---- *)

let locked t body = Sync.Mutex.protect ~checked:false t.writer body

(* What readers still need is not taken. *)
let current t =
  let state = Atomic.get t.state in
  { state with State.ripe = min state.header.generation (Pins.oldest t.pins) }

let commit t ~compact =
  let state = current t in
  let generation = t.next_generation in
  match Commit.run t.store state ~generation ~keep:t.options.keep ~compact with
  | Ok { state; unused; damage } ->
      if t.options.discard then List.iter (Store.discard t.store) unused;
      t.next_generation <- generation + 1;
      t.damage <- t.damage + damage;
      Atomic.set t.state state;
      Ok ()
  | Error (Before reason) -> Error reason
  | Error (Unsure reason) ->
      (* The next mount finds out which generation it is. *)
      t.stopped <- Some reason;
      Error reason

let commit_changes t =
  if State.is_changed (Atomic.get t.state) then commit t ~compact:false else Ok ()

let nodes_max = 8192

let is_large t (state : State.t) =
  state.pending > t.options.dirty_blocks || State.Ids.cardinal state.nodes > nodes_max

let context t =
  { Operations.store = t.store; now = t.options.now (); is_open = Hashtbl.mem t.users }

(* When there is no room, committing what was changed may make some. What removes things is not
   refused, but comes to the commit alone. *)
let apply t operation =
  let attempt () = operation (context t) (current t) in
  let first = attempt () in
  let lacks_room =
    match first with
    | Ok (state, _) -> State.is_tight state
    | Error reason -> reason = Reason.No_space
  in
  if lacks_room && State.is_changed (Atomic.get t.state) then
    let* () = commit t ~compact:false in
    attempt ()
  else first

let change_locked t operation =
  match t.stopped with
  | Some reason -> Error reason
  | None ->
      let* () = if is_large t (Atomic.get t.state) then commit_changes t else Ok () in
      let* state, value = apply t operation in
      Atomic.set t.state (State.settle state);
      Ok value

let change t operation = locked t (fun () -> change_locked t operation)

let sync t =
  locked t (fun () -> match t.stopped with
    | Some Reason.Read_only -> Ok ()
    | Some reason -> Error reason
    | None -> commit_changes t)

let unmount t =
  locked t (fun () ->
      match t.stopped with
      | Some Reason.Read_only -> Ok ()
      | Some reason -> Error reason
      | None ->
          let* () = commit_changes t in
          (* The next mount has a short log to read, and nothing to compare. *)
          let is_changed = t.next_generation > t.first_generation in
          let* () = if is_changed then commit t ~compact:true else Ok () in
          t.stopped <- Some Reason.Read_only;
          Ok ())

(* Nodes that nobody has open any more go with the first change. *)
let forget_unnamed t ids =
  let is_there id =
    match State.inode t.store (Atomic.get t.state) id with
    | Ok inode -> inode.node.links = 0
    | Error _ -> false
  in
  let unnamed = List.fold_left (fun set id -> State.Ids.add id () set) State.Ids.empty ids in
  let state = Atomic.get t.state in
  Atomic.set t.state { state with unnamed; unnamed_changed = ids <> [] };
  let forget result id =
    let* () = result in
    if is_there id then change t (fun { store; _ } state -> Operations.forget store state id)
    else
      let state = Atomic.get t.state in
      Ok (Atomic.set t.state { state with unnamed = State.Ids.remove id state.unnamed })
  in
  List.fold_left forget (Ok ()) ids

let mount ({ base; keep; unlock; cache_blocks; _ } as options) device =
  let* ring = match base with Some base -> Ring.read device ~base | None -> Ring.find device in
  let* found = Newest.find device ring ~keep ~unlock ~cache_blocks in
  let t = assemble options found in
  let* ids = Verify.unnamed found.store found.header in
  let* () = if t.stopped <> None || ids = [] then Ok () else forget_unnamed t ids in
  Ok t

(* ---- a new one ---- *)

let blocks_min = 320

let root_node now =
  let id = Operations.root and permissions = 0o755 in
  let root = Inode.create ~id Directory ~permissions ~uid:0 ~gid:0 ~now in
  { root with node = { root.node with links = 1 } }

let create device ~uuid ?(base = 0) ~now () =
  let blocks = device.Device.blocks - base in
  if blocks < blocks_min then Error Reason.No_space
  else
    let* () = Ring.clear device ~base in
    let header = Header.blank ~uuid ~size:(blocks * Address.block_bytes) in
    let store = Store.create device ~base ~blocks (Cache.create ~blocks:16) in
    (* The original leaves the ring's next block unused, too. *)
    let first = Header.ring + 1 in
    let free = Option.get (Extents.add Extents.empty ~index:first ~count:(blocks - first)) in
    let empty = { Log.blocks = []; newest = []; entries = 0 } in
    let state = State.set (State.create header empty free) (root_node now) in
    match Commit.run store state ~generation:1 ~keep:0 ~compact:true with
    | Ok _ -> Ok ()
    | Error (Before reason | Unsure reason) -> Error reason

(* ---- reading ---- *)

let reading t body =
  let generation () = (Atomic.get t.state).header.generation in
  Pins.hold t.pins generation (fun () -> body t.store (Atomic.get t.state))

type statistics = { uuid : string; generation : int; blocks : int; free : int; damage : int }

let statistics t =
  let state = Atomic.get t.state in
  {
    uuid = state.header.uuid;
    generation = state.header.generation;
    blocks = Store.blocks t.store;
    free = Space.free state.space + Space.held state.space;
    damage = t.damage;
  }

let with_inode t id body =
  reading t (fun store state ->
      let* inode = State.inode store state id in
      body store inode)

let stat t id = with_inode t id (fun _ inode -> Ok inode.node)
let lookup t ~directory name = reading t (fun store state ->
  Operations.lookup store state ~directory name)
let list t id cursor = with_inode t id (fun store inode -> Names.list store inode cursor)
let read t id ~offset slice = with_inode t id (fun store inode ->
  File.read store inode ~offset slice)

let link_max = 65536

let read_link t id =
  with_inode t id (fun store inode ->
      let length = inode.node.size in
      if inode.node.kind <> Symlink then Error Reason.Not_symlink
      else if length > link_max then Error Reason.Too_large
      else
        let buffer = Buffer.create length in
        let* n = File.read store inode ~offset:0 { buffer; at = 0; length } in
        Ok (Buffer.to_string buffer 0 n))

(* ---- nodes in use ---- *)

let open_node t id =
  locked t (fun () ->
      let* _ = State.inode t.store (Atomic.get t.state) id in
      let users = Option.value (Hashtbl.find_opt t.users id) ~default:0 in
      Ok (Hashtbl.replace t.users id (users + 1)))

let close_node t id =
  locked t (fun () ->
      match Hashtbl.find_opt t.users id with
      | Some users when users > 1 -> Ok (Hashtbl.replace t.users id (users - 1))
      | Some _ ->
          let is_unnamed = State.Ids.mem id (Atomic.get t.state).unnamed in
          let forget { Operations.store; _ } state = Operations.forget store state id in
          let* () = if is_unnamed then change_locked t forget else Ok () in
          Ok (Hashtbl.remove t.users id)
      | None -> Ok ())

(* ---- operations ---- *)

type owner = Operations.owner = { uid : int; gid : int }
type place = Operations.place = { directory : int; name : string }

let create_node t ~directory name kind ~permissions owner =
  change t (fun context state ->
      Operations.create context state ~directory name kind ~permissions owner)

let symlink t ~directory name ~target owner =
  let buffer = Buffer.of_string target in
  let slice = { File.buffer; at = 0; length = String.length target } in
  change t (fun context state ->
      let* state, id =
        Operations.create context state ~directory name Symlink ~permissions:0o777 owner
      in
      let* state, () = Operations.write context state id ~offset:0 slice in
      Ok (state, id))

let link t id ~directory name =
  change t (fun context state -> Operations.link context state id ~directory name)

let unlink t ~directory name =
  change t (fun context state -> Operations.unlink context state ~directory name)

let remove_directory t ~directory name =
  change t (fun context state -> Operations.remove_directory context state ~directory name)

let rename t ?(replace = true) from into =
  change t (fun context state -> Operations.rename context state ~replace from into)

(* In parts, so that memory holds what it should. *)
let part_bytes = 1 lsl 20

let write t id ~offset (slice : File.slice) =
  let rec go written =
    if written > 0 && written = slice.length then Ok written
    else
      let length = min part_bytes (slice.length - written) in
      let part = { slice with at = slice.at + written; length } in
      let offset = offset + written in
      match change t (fun context state -> Operations.write context state id ~offset part) with
      | Ok () -> if slice.length = 0 then Ok 0 else go (written + length)
      | Error _ when written > 0 -> Ok written
      | Error reason -> Error reason
  in
  go 0

let truncate t id ~size =
  change t (fun context state -> Operations.truncate context state id ~size)

let set t id edit = change t (fun { store; _ } state -> Operations.set state store id edit)
let set_permissions t id permissions = set t id (fun node -> { node with permissions })
let set_owner t id { uid; gid } = set t id (fun node -> { node with uid; gid })

let set_times t id ?accessed ?modified () =
  set t id (fun node ->
      let accessed = Option.value accessed ~default:node.accessed in
      { node with accessed; modified = Option.value modified ~default:node.modified })

let set_record_level t id level =
  change t (fun { store; _ } state -> Operations.set_record_level state store id level)
