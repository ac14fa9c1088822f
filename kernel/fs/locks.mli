(** Advisory locks: of bytes, for a process or an open file (fcntl(2): F_SETLK, F_OFD_SETLK), and of
    whole files for an open file (flock(2)). The two know nothing of each other.

    Locks of an open file end with it, by themselves. Those of a process do not: whoever closes a
    descriptor says so ({!forget}). All may be called by several fibers at once. *)

type owner = Process of int | Description of File.t

type kind = Lock_ranges.kind = Shared | Exclusive

(** {1 Bytes} *)

val lock :
  File.t ->
  owner ->
  first:int ->
  last:int ->
  kind ->
  Patience.t ->
  (unit, Errno.t) result
(** From [first] to [last], [max_int] for all that will ever be. [EAGAIN] when that cannot be and it
    may not wait, [EINTR]; [EDEADLK] when a process would wait for one that waits for it. *)

val unlock : File.t -> owner -> first:int -> last:int -> unit

type conflict = { process : int option; first : int; last : int; kind : kind }

val conflict : File.t -> owner -> first:int -> last:int -> kind -> conflict option
(** The first lock that would be in the way. *)

val forget : Node.t -> process:int -> unit
(** The process has closed one of its descriptors for this node: it holds none of its bytes. *)

(** {1 Whole files} *)

val lock_whole : File.t -> kind -> Patience.t -> (unit, Errno.t) result
(** Instead of what it held before: that is given up first, and is lost when this fails. *)

val unlock_whole : File.t -> unit
