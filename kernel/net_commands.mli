(** The monitor's [net]: interfaces, and a test of them. *)

val all : Command.t list
