(** Tasks that other cores sent: a queue of many producers and one consumer. Lock-free: a push fails only when
    another succeeded; a take is wait-free. *)

type t

val create : unit -> t
val is_empty : t -> bool
val push : t -> Task.t -> unit

val take : t -> Task.t list
(** All, in the order of their pushes. *)
