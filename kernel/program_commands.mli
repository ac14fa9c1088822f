(** Commands of the monitor that start programs. *)

val all : Hal.Machine.contents option -> Command.t list
(** With the boot module's archive, whose files the programs find. *)
