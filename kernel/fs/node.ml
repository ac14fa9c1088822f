type kind = Regular | Directory | Symlink | Character | Block | Fifo | Socket

type stamp = { seconds : int; nanoseconds : int }

type stat = {
  device : int;
  inode : int;
  kind : kind;
  mode : int;
  links : int;
  uid : int;
  gid : int;
  special : int;
  size : int;
  block_size : int;
  blocks : int;
  accessed : stamp;
  modified : stamp;
  changed : stamp;
}

type change =
  | Mode of int
  | Owner of { uid : int; gid : int }
  | Accessed of stamp
  | Modified of stamp
  | Size of int

type figures = {
  kind_of_system : int;
  unit : int;
  total : int;
  free : int;
  nodes : int;
  free_nodes : int;
  name_max : int;
}

type entry = {
  name : string;
  inode : int;
  kind : kind;
  next : int;
}

type fresh =
  | New_regular
  | New_directory
  | New_symlink of string
  | New_special of kind * int

type destination = ..

type t = {
  stat : unit -> (stat, Errno.t) result;
  change : change list -> (unit, Errno.t) result;
  open_ : flags -> (file, Errno.t) result;

  figures : unit -> (figures, Errno.t) result;
  body : body;
  system : system;
  same : int;
}

and body =
  | Names of directory
  | Target of target
  | Plain

and target = {
  text : unit -> (string, Errno.t) result;
  leads : (unit -> (destination, Errno.t) result) option;
}

and system = { id : int; read_only : bool }

and directory = {
  find : string -> (t, Errno.t) result;

  parent : unit -> t;
  entries : from:int -> most:int -> (entry list, Errno.t) result;

  create : string -> fresh -> mode:int -> uid:int -> gid:int -> (t, Errno.t) result;

  link : string -> t -> (unit, Errno.t) result;
  unlink : string -> (unit, Errno.t) result;
  rmdir : string -> (unit, Errno.t) result;
  rename : string -> into:t -> string -> how -> (unit, Errno.t) result;

}

and how = Replace | Keep   | Exchange

and flags = { read : bool; write : bool }

and file = {
  node : t;
  read : at:int -> Transfer.t -> (int, Errno.t) result;

  write : at:int -> Transfer.t -> (int, Errno.t) result;

  has_position : bool;
  readiness : unit -> Readiness.t;
  watch : Watch.t option;
  control : int -> Transfer.t -> (int, Errno.t) result;

  memory : unit -> (Hal.Memory_object.t, Errno.t) result;

  sync : unit -> (unit, Errno.t) result;
  close : unit -> unit;
}

let at_end = -1
let end_of file = Result.map (fun (stat : stat) -> stat.size) (file.node.stat ())
let no_control _ _ = Error Errno.ENOTTY
let no_memory () = Error Errno.ENODEV

let without_space kind_of_system =
  { kind_of_system; unit = 4096; total = 0; free = 0; nodes = 0; free_nodes = 0; name_max = 255 }
