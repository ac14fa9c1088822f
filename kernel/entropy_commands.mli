(** The monitor's command about the system's random bytes. *)

val all : Command.t list
