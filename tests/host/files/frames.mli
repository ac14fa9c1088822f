(** The frames behind memory objects in these tests. *)

val in_use : unit -> int

val with_at_most : int -> (unit -> 'a) -> 'a
(** Calls the function with so many left. *)
