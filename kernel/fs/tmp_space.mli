(** How much a file system in memory may take, and has taken: pages and nodes. Any fiber, any core;
    nothing waits. *)

type t

val create : bytes:int -> nodes:int -> t

val page : int
(** 4096: what data are counted in. *)

val take : t -> bool
(** One page; false when there is none left. *)

val correct : t -> int -> unit
(** So many pages more, or fewer, were taken than was said: also beyond the limit. *)

val take_node : t -> bool
val give_node : t -> unit

val figures : t -> Node.figures
(** As statfs(2) tells of Linux's tmpfs. *)
