(** What file systems are made of: nodes, which have names in directories, and files, which are what
    nodes become when somebody opens them. A node is a record of functions, so that file systems,
    pipes, devices and the like differ in these alone; whoever walks paths and checks permissions
    ({!Walk}) knows no more than this.

    None of the functions waits for another process. Those of files that may have to wait (pipes,
    terminals) fail with [EAGAIN] instead, and {!File} waits. They may wait for a disk. All may be
    called by several fibers at once, on several cores. *)

type kind = Regular | Directory | Symlink | Character | Block | Fifo | Socket

type stamp = { seconds : int; nanoseconds : int }  (** since 1970, UTC *)

type stat = {
  device : int;  (** a file system's; major and minor as Linux packs them *)
  inode : int;
  kind : kind;
  mode : int;  (** twelve bits: permissions, and set-id and sticky bits *)
  links : int;
  uid : int;
  gid : int;
  special : int;  (** the device that a character or block node stands for *)
  size : int;  (** bytes *)
  block_size : int;  (** for fast I/O *)
  blocks : int;  (** of 512 bytes that it takes *)
  accessed : stamp;
  modified : stamp;
  changed : stamp;
}

type change =
  | Mode of int
  | Owner of { uid : int; gid : int }
  | Accessed of stamp
  | Modified of stamp  (** All but these two set [changed] to now; so do these. *)
  | Size of int  (** of a regular node *)

type figures = {
  kind_of_system : int;  (** the magic number that statfs(2) tells *)
  unit : int;  (** bytes *)
  total : int;  (** in units; so the next two *)
  free : int;
  nodes : int;
  free_nodes : int;
  name_max : int;
}

type entry = {
  name : string;
  inode : int;
  kind : kind;
  next : int;  (** where to go on behind it *)
}

type fresh =
  | New_regular
  | New_directory
  | New_symlink of string
  | New_special of kind * int  (** a Fifo or Socket, or a device with its number *)

type destination = ..
(** Where a link leads that is more than a path: {!Mounts.destination}. *)

type t = {
  stat : unit -> (stat, Errno.t) result;
  change : change list -> (unit, Errno.t) result;  (** All of them, or none. *)
  open_ : flags -> (file, Errno.t) result;
      (** Of what kind ever it is, but a symbolic link. Nothing is created or cut. *)
  figures : unit -> (figures, Errno.t) result;
  body : body;
  system : system;
  same : int;  (** one number for a node, however it is reached; unique in its system *)
}

and body =
  | Names of directory
  | Target of target  (** of a symbolic link *)
  | Plain

and target = {
  text : unit -> (string, Errno.t) result;  (** what readlink(2) tells *)
  leads : (unit -> (destination, Errno.t) result) option;  (** there, whatever the text says *)
}

and system = { id : int; read_only : bool }
(** Of which file system it is; [id] is {!stat}'s [device]. *)

and directory = {
  find : string -> (t, Errno.t) result;
      (** Neither [.] nor [..], nor the empty name; never longer than [name_max]. *)
  parent : unit -> t;  (** itself for a root *)
  entries : from:int -> most:int -> (entry list, Errno.t) result;
      (** At most so many, from 0 or some entry's [next] on; [[]] at the end. [.] and [..] come
          first. What is there all the while comes exactly once, whatever is added or removed
          meanwhile. *)
  create : string -> fresh -> mode:int -> uid:int -> gid:int -> (t, Errno.t) result;
      (** [EEXIST] when the name is there. *)
  link : string -> t -> (unit, Errno.t) result;  (** [EXDEV] for a node of another system *)
  unlink : string -> (unit, Errno.t) result;  (** [EISDIR] for a directory *)
  rmdir : string -> (unit, Errno.t) result;
  rename : string -> into:t -> string -> how -> (unit, Errno.t) result;
      (** [into] is a directory, perhaps the same; atomic for who looks at both names. *)
}

and how = Replace | Keep  (** [EEXIST] when the new name is there *) | Exchange

and flags = { read : bool; write : bool }

(** {1 What is open} *)

and file = {
  node : t;
  read : at:int -> Transfer.t -> (int, Errno.t) result;
      (** 0 at the end. [at] means nothing to what has no position. *)
  write : at:int -> Transfer.t -> (int, Errno.t) result;
      (** [at] = {!at_end} appends, atomically. *)
  has_position : bool;
  readiness : unit -> Readiness.t;
  watch : Watch.t option;  (** [None]: the readiness never changes *)
  control : int -> Transfer.t -> (int, Errno.t) result;
      (** A control call by Linux's number; what it reads or writes is the transfer. [ENOTTY] for
          unknown ones. *)
  memory : unit -> (Hal.Memory_object.t, Errno.t) result;
      (** What a mapping of it shows; [ENODEV] when there is no such thing. It stays the file's. *)
  sync : unit -> (unit, Errno.t) result;
  close : unit -> unit;  (** Once, when nobody has it open any more. *)
}

val at_end : int
val end_of : file -> (int, Errno.t) result
(** Where {!at_end} is now. *)

(** {1 To make them with} *)

val no_control : int -> Transfer.t -> (int, Errno.t) result
val no_memory : unit -> (Hal.Memory_object.t, Errno.t) result

val without_space : int -> figures
(** Of a file system of this magic number that nothing can be stored in. *)
