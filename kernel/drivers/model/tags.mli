(** Numbers that stand for a thing each, given out and taken back: places of requests, free buffers.
    Whoever finds none waits. Any fiber on any core. *)

type t

val create : name:string -> int list -> t
(** All are free. The name is what waiting fibers wait for. *)

val try_take : t -> int
(** A free one; -1 when there is none. *)

val take : t -> int
(** The same, and waits. *)

val await : t -> unit
(** Suspends until there may be a free one. *)

val give_back : t -> int -> unit
(** Takes back what was given out, and wakes who waits. *)
