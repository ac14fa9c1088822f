(** The monitor's command about the time of day. *)

val all : Command.t list
