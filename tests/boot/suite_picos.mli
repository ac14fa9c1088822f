(** Synchronisation and structured concurrency on the kernel's own schedulers, hogs included. *)

val all : Commands.test list
