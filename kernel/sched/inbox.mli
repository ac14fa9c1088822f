(** What other cores sent: a queue of many producers and one consumer. Lock-free: a push fails only
    when another succeeded; a take is wait-free. *)

type 'a t

val create : unit -> 'a t
val is_empty : 'a t -> bool
val push : 'a t -> 'a -> unit

val take : 'a t -> 'a list
(** All, in the order of their pushes. *)
