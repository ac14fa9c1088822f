(** What a thread asks of the system beside its process: futexes, scheduling, limits, names, random
    bytes, small settings. *)

val all : Call.t list
