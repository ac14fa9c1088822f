(** Groups of processes that nobody of their session can let go on again once they are stopped: no
    member has a parent in another group of the session (POSIX: orphaned process groups). *)

val is_orphaned : int -> int -> bool
(** Whether a group of a session is one. With the tree's lock. *)

val stopped : Process.t -> groups:int list -> Process.t list
(** When this process has just ended: the members of those of the groups that are orphaned and
    stopped. With the tree's lock. *)

val tell : Process.t -> unit
(** What becomes of each: SIGHUP, and it goes on. *)
