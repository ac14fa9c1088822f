type options = {
  read_only : bool;
  base : int option;
  cache_blocks : int;
  dirty_blocks : int;
  keep : int;
  discard : bool;
  unlock : Unlock.t;
  now : unit -> Node.time;
}

type skipped = Newest.skipped = { generation : int; reason : Reason.t }

type t = {
  options : options;
  store : Store.t;
  keys : Keys.t option;
  state : State.t Atomic.t;
  writer : Sync.Mutex.t;  (** of all that follows, and whoever replaces the state *)
  pins : Pins.t;
  users : (int, int) Hashtbl.t;  (** how many have a node open *)
  views : (string, int) Hashtbl.t;  (** how many have a snapshot open *)
  first_generation : int;  (** the next one when it was mounted *)
  mutable next_generation : int;
  mutable stopped : Reason.t option;  (** nothing is changed any more *)
  mutable damage : int;
  skipped : skipped list;
}

type 'a operation = Operations.context -> State.t -> 'a Operations.change

let ( let* ) = Result.bind

let default ~now =
  { read_only = false; base = None; cache_blocks = 4096; dirty_blocks = 4096; keep = 4;
    discard = false; unlock = Unlock.locked; now }

(* ---- from what was found ---- *)

let reserve_of free = min 64 (max 16 (Extents.count free / 8))

(* Whoever will write needs to know which blocks are whose. *)
let snapshots_of { Newest.store; header; free; _ } ~read_only =
  let* { Snapshots.snapshots; is_foreign } = Snapshots.load store header in
  if is_foreign && not read_only then Foreign.resolve store header free snapshots
  else Ok (free, snapshots)

let assemble options ({ Newest.store; keys; header; log; skipped; next_generation; _ } as found) =
  let options = { options with read_only = options.read_only || (Store.device store).read_only } in
  let* free, snapshots = snapshots_of found ~read_only:options.read_only in
  let state = { (State.create ~snapshots header log free) with reserve = reserve_of free } in
  Ok {
    options; store; keys; skipped; next_generation; first_generation = next_generation;
    state = Atomic.make state;
    writer = Sync.Mutex.create ();
    pins = Pins.create ();
    users = Hashtbl.create 64;
    views = Hashtbl.create 8;
    stopped = (if options.read_only then Some Reason.Read_only else None);
    damage = 0;
  }

(* ---- changes ---- *)

let locked t body = Sync.Mutex.protect ~checked:false t.writer body

(* What readers still need is not taken. *)
let current t =
  let state = Atomic.get t.state in
  { state with State.ripe = min state.header.generation (Pins.oldest t.pins) }

let commit ?change t ~compact =
  let state = current t in
  let generation = t.next_generation in
  match Commit.run ?change t.store state ~generation ~keep:t.options.keep ~compact with
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

(* Deleting a snapshot must have room. *)
let apply t operation =
  match apply t operation with
  | Ok (state, _) when State.has_snapshots state && State.is_tight state -> Error Reason.No_space
  | result -> result

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

(* A mount does not commit to make room. *)
let forget_one t id =
  let forget { Operations.store; _ } state = Operations.forget store state id in
  match forget (context t) (current t) with
  | Ok (state, ()) when State.has_snapshots state && State.is_tight state -> Error Reason.No_space
  | _ -> change t forget

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
    if is_there id then forget_one t id
    else
      let state = Atomic.get t.state in
      Ok (Atomic.set t.state { state with unnamed = State.Ids.remove id state.unnamed })
  in
  List.fold_left forget (Ok ()) ids

(* Those that are left go with a later mount. *)
let forget_where_room t ids =
  match if ids = [] then Ok () else forget_unnamed t ids with
  | Error Reason.No_space -> Ok ()
  | result -> result

(* ---- key slots ---- *)

let set_slots_locked t keys key_slots =
  let put key_slots =
    let state = Atomic.get t.state in
    Atomic.set t.state { state with header = { state.header with key_slots } }
  in
  let before = (Atomic.get t.state).header.key_slots in
  put key_slots;
  match commit t ~compact:false with
  | Ok () ->
      let newest = t.next_generation - 1 and base = Store.base t.store in
      Ring.set_key_slots (Store.device t.store) ~base ~newest keys key_slots
  | Error reason ->
      put before;
      Error reason

let set_key_slots t key_slots =
  locked t (fun () ->
      match (t.stopped, t.keys) with
      | Some reason, _ -> Error reason
      | None, None -> Error Reason.Not_encrypted
      | None, Some keys -> set_slots_locked t keys key_slots)

(* ---- mounting ---- *)

let mount ({ base; keep; unlock; cache_blocks; _ } as options) device =
  let* ring = match base with Some base -> Ring.read device ~base | None -> Ring.find device in
  let* found = Newest.find device ring ~keep ~unlock ~cache_blocks in
  let* t = assemble options found in
  let* ids = Verify.unnamed found.store found.header in
  let* () = if t.stopped <> None then Ok () else forget_where_room t ids in
  Ok t

let reading t body =
  let generation () = (Atomic.get t.state).header.generation in
  Pins.hold t.pins generation (fun () -> body t.store (Atomic.get t.state))
