(** What the nucleus promises: stacks, memory, time. *)

val all : Commands.test list
