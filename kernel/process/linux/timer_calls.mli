(** alarm, interval timers and POSIX timers. *)

val all : Call.t list
