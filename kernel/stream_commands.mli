(** The monitor's command about streams of bytes that are devices. *)

val all : Command.t list
