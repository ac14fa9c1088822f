(** Stdlib's Atomic, each operation of which is a step that {!Explorer} can put others before. *)

type !'a t

val make : 'a -> 'a t
val get : 'a t -> 'a
val compare_and_set : 'a t -> 'a -> 'a -> bool
val fetch_and_add : int t -> int -> int
