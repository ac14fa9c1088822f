(** Sets of small numbers as calls have them: a bit for each, the lowest in the first byte. *)

val mem : bytes -> int -> bool
(** What is beyond the bytes is not in the set. *)

val add : bytes -> int -> unit
(** @raise Invalid_argument beyond the bytes *)
