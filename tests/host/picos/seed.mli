(** The seed of a program of random tests. *)

val get : unit -> int
(** The environment's [SEED], or another one each time. Prints it, for the failure to be repeated.
    *)
