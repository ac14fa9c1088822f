module Known = Map.Make (Int)

type about = {
  mode : int;
  uid : int;
  gid : int;
  accessed : Node.stamp;
  modified : Node.stamp;
  changed : Node.stamp;
}

type t = {
  system : system;
  inode : int;
  kind : Node.kind;
  special : int;
  content : content;
  about : about Atomic.t;
  links : int Atomic.t;
  holds : int Atomic.t;
  mutable face : Node.t;
}

and content =
  | Data of Tmp_data.t
  | Names of { table : t Tmp_names.t Atomic.t; parent : t option Atomic.t }
  | Target of string
  | Nothing

and system = {
  id : Node.system;
  space : Tmp_space.t;
  names : Sync.Lock.t;
  moves : int Atomic.t;
  mutable known : t Known.t;
  next_inode : int Atomic.t;
  now : unit -> Node.stamp;
  open_special : Node.t -> Node.flags -> (Node.file, Errno.t) result;
}

let no_face system : Node.t =
  let none _ = Error Errno.EIO in
  {
    stat = none;
    change = none;
    open_ = none;
    figures = none;
    body = Plain;
    system = system.id;
    same = 0;
  }

let make system kind content ?(special = 0) ~mode ~uid ~gid () =
  if not (Tmp_space.take_node system.space) then Error Errno.ENOSPC
  else
    let now = system.now () in
    let about = { mode; uid; gid; accessed = now; modified = now; changed = now } in
    Ok
      {
        system;
        inode = Atomic.fetch_and_add system.next_inode 1;
        kind;
        special;
        content;
        about = Atomic.make about;
        links = Atomic.make 0;
        holds = Atomic.make 0;
        face = no_face system;
      }

(* ---- what is told ---- *)

(* Linux's tmpfs counts 20 bytes for a name. *)
let size_of t =
  match t.content with
  | Data data -> Tmp_data.size data
  | Names { table; _ } -> 20 * (2 + Tmp_names.count (Atomic.get table))
  | Target target -> String.length target
  | Nothing -> 0

let links_of t =
  match t.content with
  | Names { table; _ } ->
      let table = Atomic.get table in
      if Tmp_names.is_removed table then 0 else 2 + Tmp_names.directories table
  | Data _ | Target _ | Nothing -> Atomic.get t.links

let stat t : Node.stat =
  let about = Atomic.get t.about in
  {
    device = t.system.id.id;
    inode = t.inode;
    kind = t.kind;
    mode = about.mode;
    links = links_of t;
    uid = about.uid;
    gid = about.gid;
    special = t.special;
    size = size_of t;
    block_size = Tmp_space.page;
    blocks = (match t.content with Data data -> 8 * Tmp_data.pages data | _ -> 0);
    accessed = about.accessed;
    modified = about.modified;
    changed = about.changed;
  }

let rec update t f =
  let before = Atomic.get t.about in
  if not (Atomic.compare_and_set t.about before (f before)) then update t f

let touch t =
  let now = t.system.now () in
  update t (fun about -> { about with modified = now; changed = now })

let touch_changed t =
  let now = t.system.now () in
  update t (fun about -> { about with changed = now })

let day = 86_400

let is_later (a : Node.stamp) (b : Node.stamp) =
  a.seconds > b.seconds || (a.seconds = b.seconds && a.nanoseconds > b.nanoseconds)

let touch_accessed t =
  let { accessed; modified; changed; _ } = Atomic.get t.about in
  let now = t.system.now () in
  if
    (not (is_later accessed modified))
    || (not (is_later accessed changed))
    || now.seconds - accessed.seconds >= day
  then update t (fun about -> { about with accessed = now })

let changed_by now about : Node.change -> about = function
  | Mode mode -> { about with mode }
  | Owner { uid; gid } -> { about with uid; gid }
  | Accessed accessed -> { about with accessed }
  | Modified modified -> { about with modified }
  | Size _ -> { about with modified = now }

let hold t =
  let rec go () =
    let now = Atomic.get t.holds in
    if now = 0 then Error Errno.ENOENT
    else if Atomic.compare_and_set t.holds now (now + 1) then Ok ()
    else go ()
  in
  go ()

let finish t =
  Notices.gone ~system:t.system.id.id t.inode;
  (match t.content with Data data -> Tmp_data.finish data | Names _ | Target _ | Nothing -> ());
  Tmp_space.give_node t.system.space

let drop t = if Atomic.fetch_and_add t.holds (-1) = 1 then finish t

let resize t size =
  match t.content with
  | Names _ | Target _ | Nothing -> Error Errno.EINVAL
  | Data data ->
      Result.bind (hold t) @@ fun () ->
      Fun.protect ~finally:(fun () -> drop t) (fun () -> Tmp_data.resize data size)

(* The size first: it alone can fail. *)
let change t changes =
  let resize_once so_far (change : Node.change) =
    match (so_far, change) with Ok (), Size size -> resize t size | so_far, _ -> so_far
  in
  Result.bind (List.fold_left resize_once (Ok ()) changes) @@ fun () ->
  let now = t.system.now () in
  update t (fun about -> { (List.fold_left (changed_by now) about changes) with changed = now });
  Ok ()
