(** [factorial N]: asks QEMU's teaching device ({!Drivers.Edu}). *)

val all : Command.t list
