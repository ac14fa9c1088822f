(** Who asks, and what he may do with a node (credentials(7), capabilities(7)). User 0 may do
    everything but execute what nobody may. *)

type t = { uid : int; gid : int; groups : int list  (** besides [gid] *) }

val root : t
val is_root : t -> bool
val in_group : t -> int -> bool

val owns : t -> Node.stat -> bool
(** Or may do as if. *)

val read : int
val write : int

val execute : int
(** Of a directory: to search it. Bits, as of access(2): to be joined. *)

val may : t -> Node.stat -> int -> bool
(** By its mode alone. *)

val check : t -> Node.t -> int -> (unit, Errno.t) result
(** [EACCES]; [EROFS] when it is to be written, on a file system that is not. *)

val check_stat : t -> Node.t -> Node.stat -> int -> (unit, Errno.t) result
(** The same, by what was told of the node just now. *)
