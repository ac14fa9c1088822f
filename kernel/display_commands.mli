(** The monitor's command about displays. *)

val all : Command.t list
