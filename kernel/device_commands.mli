(** The monitor's commands about devices. *)

val all : Command.t list
