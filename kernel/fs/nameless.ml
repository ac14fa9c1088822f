type family = Pipes | Sockets | Events

let device = function Sockets -> 8 | Pipes -> 13 | Events -> 14

(* Linux's magic numbers: include/uapi/linux/magic.h. *)
let magic = function Sockets -> 0x534f434b | Pipes -> 0x50495045 | Events -> 0x09041934
let kind = function Sockets -> Node.Socket | Pipes -> Fifo | Events -> Regular
let permissions = function Sockets -> 0o777 | Pipes | Events -> 0o600
let counter = Atomic.make 1
let epoch = { Node.seconds = 0; nanoseconds = 0 }

let first_stat family inode =
  {
    Node.device = device family;
    inode;
    kind = kind family;
    mode = permissions family;
    links = 1;
    uid = 0;
    gid = 0;
    special = 0;
    size = 0;
    block_size = 4096;
    blocks = 0;
    accessed = epoch;
    modified = epoch;
    changed = epoch;
  }

let changed (stat : Node.stat) = function
  | Node.Mode mode -> { stat with mode }
  | Owner { uid; gid } -> { stat with uid; gid }
  | Accessed accessed -> { stat with accessed }
  | Modified modified -> { stat with modified }
  | Size _ -> stat

let is_size = function Node.Size _ -> true | _ -> false

let rec change stat changes =
  let before = Atomic.get stat in
  if List.exists is_size changes then Error Errno.EINVAL
  else if Atomic.compare_and_set stat before (List.fold_left changed before changes) then Ok ()
  else change stat changes

let figures family () = Ok (Node.without_space (magic family))

let node family =
  let same = Atomic.fetch_and_add counter 1 in
  let stat = Atomic.make (first_stat family same) in
  {
    Node.stat = (fun () -> Ok (Atomic.get stat));
    change = (fun changes -> change stat changes);
    open_ = (fun _flags -> Error ENXIO);
    figures = figures family;
    body = Plain;
    system = { id = device family; read_only = false };
    same;
  }

let file node ~watch =
  {
    Node.node;
    read = (fun ~at:_ _transfer -> Error EINVAL);
    write = (fun ~at:_ _transfer -> Error EINVAL);
    has_position = false;
    readiness = (fun () -> Readiness.none);
    watch = Some watch;
    control = Node.no_control;
    memory = Node.no_memory;
    sync = (fun () -> Error EINVAL);
    close = ignore;
  }
