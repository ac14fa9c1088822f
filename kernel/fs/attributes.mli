(** The calls that ask or change what is told about a node: chmod(2), chown(2), utimensat(2),
    truncate(2), access(2), for a node that a path or an open file led to. What only asks needs no
    permission: {!Node.t}'s [stat] and [figures]. *)

val chmod : Credentials.t -> Node.t -> int -> (unit, Errno.t) result
(** The twelve bits. *)

val chown : Credentials.t -> Node.t -> uid:int option -> gid:int option -> (unit, Errno.t) result

type time = Now | At of Node.stamp | Omit

val utimens :
  Credentials.t ->
  Node.t ->
  accessed:time ->
  modified:time ->
  now:Node.stamp ->
  (unit, Errno.t) result
(** Linux does not even look at a path when both are [Omit]. *)

val truncate : Credentials.t -> Node.t -> int -> (unit, Errno.t) result
(** By path. *)

val resize : Credentials.t -> Node.t -> int -> (unit, Errno.t) result
(** ftruncate(2): what is open for writing needs no permission any more. The size is no less than
    0. *)

val written : Credentials.t -> Node.t -> unit
(** Somebody has written, which whoever writes for a process says: unless it is user 0, what runs as
    another user does so no more. *)

val access : Credentials.t -> Node.t -> int -> (unit, Errno.t) result
(** With the bits of {!Credentials}; 0 asks nothing. *)

val readlink : Node.t -> (string, Errno.t) result
(** [EINVAL] when it is no symbolic link. *)
