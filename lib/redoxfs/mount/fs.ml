include Mounted

type 'a result = ('a, Reason.t) Stdlib.result

let ( let* ) = Result.bind
let skipped t = t.skipped

let keys t = t.keys
let header t = (Atomic.get t.state).State.header

(* ---- a new one ---- *)

let blocks_min = 320

let root_node now =
  let id = Operations.root and permissions = 0o755 in
  let root = Inode.create ~id Directory ~permissions ~uid:0 ~gid:0 ~now in
  { root with node = { root.node with links = 1 } }

type encryption = { keys : Keys.t; slots : Key_slots.t }

let create device ~uuid ?(base = 0) ?encryption ~now () =
  let blocks = device.Device.blocks - base in
  if blocks < blocks_min then Error Reason.No_space
  else
    let* () = Ring.clear device ~base in
    let key_slots = Option.fold ~none:Key_slots.none ~some:(fun e -> e.slots) encryption in
    let header = { (Header.blank ~uuid ~size:(blocks * Address.block_bytes)) with key_slots } in
    let cipher = Option.map (fun e -> Keys.cipher e.keys) encryption in
    let store = Store.create device ~base ~blocks ?cipher (Cache.create ~blocks:16) in
    (* The original leaves the ring's next block unused, too. *)
    let first = Header.ring + 1 in
    let free = Option.get (Extents.add Extents.empty ~index:first ~count:(blocks - first)) in
    let empty = { Log.blocks = []; newest = []; entries = 0 } in
    let state = State.set (State.create header empty free) (root_node now) in
    match Commit.run store state ~generation:1 ~keep:0 ~compact:true with
    | Ok _ -> Ok ()
    | Error (Before reason | Unsure reason) -> Error reason

(* ---- reading ---- *)

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

(* ---- snapshots ---- *)

type snapshot = Snapshot_operations.snapshot = {
  name : string;
  time : Node.time;
  generation : int;
  damaged : bool;
}

let host t =
  { Snapshot_operations.store = t.store;
    state = (fun () -> Atomic.get t.state);
    commit = (fun ?change ~compact () -> commit ?change t ~compact);
    is_open = Hashtbl.mem t.views }

let with_host t body =
  locked t (fun () -> match t.stopped with
    | Some reason -> Error reason
    | None -> body (host t))

let snapshots t = Snapshot_operations.list (Atomic.get t.state)

(* One that was being deleted when the power failed, or the device. *)
let finish_deleting t =
  let rec go part =
    let* next = with_host t part in
    match next with Snapshot_operations.Done -> Ok () | Again part -> go part
  in
  go Snapshot_operations.go_on_deleting

let create_snapshot t name =
  let* () = finish_deleting t in
  with_host t (fun host -> Snapshot_operations.create host name ~time:(t.options.now ()))

let delete_snapshot t name =
  let* () = finish_deleting t in
  let* () = with_host t (fun host -> Snapshot_operations.start_deleting host name) in
  finish_deleting t

let roll_back t ?(newer = false) name =
  let* () = finish_deleting t in
  let* ids =
    with_host t (fun host ->
        if Hashtbl.length t.users > 0 then Error Reason.In_use
        else
          let* () = Snapshot_operations.roll_back host ~newer name in
          let state = Atomic.get t.state in
          Atomic.set t.state { state with next_id = 1; unnamed = State.Ids.empty };
          Ok (Result.value (Verify.unnamed t.store state.header) ~default:[]))
  in
  (* It is done; those that are left go with a later mount. *)
  ignore (forget_where_room t ids);
  Ok ()

let open_snapshot t name =
  locked t (fun () ->
      let state = Atomic.get t.state in
      let* { Snapshot_table.tree; releases; generation; _ } = Snapshots.find state.snapshots name in
      let header = { state.header with tree; releases; generation } in
      let views = Option.value (Hashtbl.find_opt t.views name) ~default:0 in
      Hashtbl.replace t.views name (views + 1);
      Ok { t with
        state = Atomic.make (State.create header state.log Extents.empty);
        writer = Sync.Mutex.create ();
        pins = Pins.create ();
        users = Hashtbl.create 8;
        views = Hashtbl.create 1;
        stopped = Some Reason.Read_only })

let close_snapshot t name =
  locked t (fun () ->
      match Hashtbl.find_opt t.views name with
      | Some views when views > 1 -> Hashtbl.replace t.views name (views - 1)
      | Some _ | None -> Hashtbl.remove t.views name)
