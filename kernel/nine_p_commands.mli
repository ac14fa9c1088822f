(** The monitor's command about file servers of the host. *)

val all : Command.t list
