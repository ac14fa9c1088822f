(** The monitor's command about keyboards and the like. *)

val all : Command.t list
