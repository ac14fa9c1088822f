(** Processes and threads: what they are, how they come and go, futexes, limits. *)

val all : Call.t list
