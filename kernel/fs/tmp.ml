open Tmp_node

let ( let* ) = Result.bind

(* ---- what is open ---- *)

let plain_file node : Node.file =
  {
    node = node.face;
    read = (fun ~at:_ _ -> Error Errno.EINVAL);
    write = (fun ~at:_ _ -> Error Errno.EINVAL);
    has_position = true;
    readiness = (fun () -> Readiness.(union readable writable));
    watch = None;
    control = Node.no_control;
    memory = Node.no_memory;
    sync = (fun () -> Ok ());
    close = ignore;
  }

let read_data node data ~at transfer =
  let result = Tmp_data.read data ~at transfer in
  touch_accessed node;
  result

let write_data node data ~at transfer =
  let result = Tmp_data.write data ~at transfer in
  (match result with Ok n when n > 0 -> touch node | Ok _ | Error _ -> ());
  result

(* Made before it is held, so that nothing can come in between. *)
let open_data node data (flags : Node.flags) : (Node.file, Errno.t) result =
  let file =
    {
      (plain_file node) with
      read = read_data node data;
      write = write_data node data;
      memory = (fun () -> Tmp_data.memory data ~writable:flags.write);
      close = (fun () -> Tmp_node.drop node);
    }
  in
  let opened = Ok file in
  match Tmp_node.hold node with Ok () -> opened | Error _ as e -> e

let open_node node (flags : Node.flags) =
  match node.content with
  | Names _ when flags.write -> Error Errno.EISDIR
  | Names _ -> Ok { (plain_file node) with read = (fun ~at:_ _ -> Error Errno.EISDIR) }
  | Data data -> open_data node data flags
  | Target _ -> Error Errno.ELOOP
  | Nothing -> node.system.open_special node.face flags

(* ---- faces ---- *)

let own_node (system : Tmp_node.system) (face : Node.t) =
  if face.system.id <> system.id.id then Error Errno.EXDEV
  else
    match Known.find_opt face.same system.known with
    | Some node -> Ok node
    | None -> Error Errno.ENOENT

let rec face_of node : Node.t =
  let system = node.system in
  {
    stat = (fun () -> Ok (Tmp_node.stat node));
    change = Tmp_node.change node;
    open_ = open_node node;
    figures = (fun () -> Ok (Tmp_space.figures system.space));
    body =
      (match node.content with
      | Names _ -> Names (directory_of node)
      | Target target ->
          let text () =
            touch_accessed node;
            Ok target
          in
          Target { text; leads = None }
      | Data _ | Nothing -> Plain);
    system = system.id;
    same = node.inode;
  }

and directory_of node : Node.directory =
  let known = own_node node.system in
  {
    find = (fun name -> Result.map (fun node -> node.face) (Tmp_directory.find node name));
    parent = (fun () -> (Tmp_directory.parent node).face);
    entries = Tmp_directory.entries node;
    create =
      (fun name fresh ~mode ~uid ~gid ->
        let* child = made node.system fresh ~mode ~uid ~gid in
        added node name child);
    link =
      (fun name other ->
        let* other = known other in
        Tmp_directory.link node name other);
    unlink = Tmp_directory.unlink node;
    rmdir = Tmp_directory.rmdir node;
    rename =
      (fun name ~into name' how ->
        let* into = known into in
        Tmp_directory.rename node name ~into name' how);
  }

and made system (fresh : Node.fresh) ~mode ~uid ~gid =
  let* node =
    match fresh with
    | New_regular ->
        Tmp_node.make system Regular (Data (Tmp_data.empty system.space)) ~mode ~uid ~gid ()
    | New_directory ->
        let content = Names { table = Atomic.make Tmp_names.empty; parent = Atomic.make None } in
        Tmp_node.make system Directory content ~mode ~uid ~gid ()
    | New_symlink target -> Tmp_node.make system Symlink (Target target) ~mode ~uid ~gid ()
    | New_special (kind, special) ->
        Tmp_node.make system kind Nothing ~special ~mode ~uid ~gid ()
  in
  node.face <- face_of node;
  Ok node

and added directory name node =
  let abandon () = Tmp_space.give_node node.system.space in
  match Tmp_directory.add directory name node with
  | Ok () -> Ok node.face
  | Error _ as e ->
      abandon ();
      e
  | exception e when Atomic.get node.links = 0 ->
      abandon ();
      raise e

(* ---- making one ---- *)

type t = { system : Tmp_node.system; root : Tmp_node.t }

let next_id = Atomic.make 1
let no_special _ _ = Error Errno.ENXIO

let create ?(bytes = max_int) ?(nodes = max_int) ?(mode = 0o755) ?(open_special = no_special)
    ~now () =
  let system =
    {
      id = { id = Atomic.fetch_and_add next_id 1; read_only = false };
      space = Tmp_space.create ~bytes ~nodes;
      names = Sync.Lock.create ();
      moves = Atomic.make 0;
      known = Known.empty;
      next_inode = Atomic.make 1;
      now;
      open_special;
    }
  in
  match made system New_directory ~mode ~uid:0 ~gid:0 with
  | Error _ -> invalid_arg "Tmp.create: no nodes"
  | Ok root ->
      Atomic.incr root.holds;
      system.known <- Known.singleton root.inode root;
      { system; root }

let root t = t.root.face

let add_shown t ~directory name contents ~offset ~size ~mode ~modified =
  let* directory = own_node t.system directory in
  let data = Data (Tmp_data.of_module t.system.space contents ~offset ~size) in
  let* node = Tmp_node.make t.system Regular data ~mode ~uid:0 ~gid:0 () in
  node.face <- face_of node;
  Tmp_node.update node (fun about -> { about with modified; changed = modified });
  added directory name node
