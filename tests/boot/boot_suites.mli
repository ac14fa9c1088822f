(** The tests that run inside the kernel, on the machine itself. *)

val all : Commands.test list
