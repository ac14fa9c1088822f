(** A node of a file system in memory: what it is and holds, and what is told about it.

    Locks, in the order in which they are taken: the system's [names], which whoever changes a
    directory or a count of links holds; then the lock of a file's data ({!Tmp_data}). Nothing else
    waits. What is told about a node changes by one exchange; directories are immutable tables, set
    at once. *)

(** Nodes by inode. *)
module Known : Map.S with type key = int

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
  links : int Atomic.t;  (** names, for what is no directory *)
  holds : int Atomic.t;  (** names, and who have its data open; at 0 these end *)
  mutable face : Node.t;  (** what others see of it; set before anybody can *)
}

and content =
  | Data of Tmp_data.t
  | Names of {
      table : t Tmp_names.t Atomic.t;
      parent : t option Atomic.t;  (** none for the root *)
    }
  | Target of string
  | Nothing

and system = {
  id : Node.system;
  space : Tmp_space.t;
  names : Sync.Lock.t;
  moves : int Atomic.t;  (** odd while a name goes from a directory to another *)
  mutable known : t Known.t;  (** those that have names, by inode; with [names] *)
  next_inode : int Atomic.t;
  now : unit -> Node.stamp;
  open_special : Node.t -> Node.flags -> (Node.file, Errno.t) result;
}

val make :
  system ->
  Node.kind ->
  content ->
  ?special:int ->
  mode:int ->
  uid:int ->
  gid:int ->
  unit ->
  (t, Errno.t) result
(** Without a name, a face or holds. [ENOSPC] *)

(** {1 What is told} *)

val stat : t -> Node.stat
val update : t -> (about -> about) -> unit

val touch : t -> unit
(** Its content has changed, now. *)

val touch_changed : t -> unit
(** What is told about it has. *)

val touch_accessed : t -> unit
(** Unless it is known to have been since it changed, and today: as [relatime] of mount(8). *)

val change : t -> Node.change list -> (unit, Errno.t) result

(** {1 Holding} *)

val hold : t -> (unit, Errno.t) result
(** [ENOENT] when nobody holds it any more. *)

val drop : t -> unit
(** The last one gives back what it takes. Not with [names] held. *)
