(** Which directories show the root of another file system in their place. Any fiber, any core;
    looking takes no lock. *)

type t

type place = private { node : Node.t; mount : mount; name : (place * string) option }
(** A node, the mount through which it was reached, and where it was found when it is no directory:
    in which one, and its name there. *)

and mount = private { root : Node.t; on : place option  (** none for the first *) }

val create : Node.t -> t
(** With the root of everything. *)

val root : t -> place

type Node.destination += Place of place

val within : place -> Node.t -> place
(** A node of the same file system. *)

val found : place -> string -> Node.t -> place
(** The node that has that name in the directory. *)

val same_node : Node.t -> Node.t -> bool
val same : place -> place -> bool

val down : t -> place -> place
(** What is seen there: the root of what is mounted on it, if anything is. *)

val is_mounted_on : t -> Node.t -> bool

val is_root_of_mount : place -> bool

val add : t -> place -> Node.t -> (unit, Errno.t) result
(** Over what is seen there. [ENOTDIR] when either is no directory. *)

val remove : t -> place -> (unit, Errno.t) result
(** The mount whose root it is. [EINVAL] when it is no such root or the first, [EBUSY] when
    something is mounted within. *)

val list : t -> mount list
(** From the first on. *)
