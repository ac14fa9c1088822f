(** What a fiber waits for, in words, for [ps]. *)

val during : string -> (unit -> 'a) -> 'a
(** Says so while the function runs, which suspends the calling fiber. *)
