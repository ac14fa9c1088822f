(** Pipes, event counters and timers that are files. *)

val all : Call.t list
