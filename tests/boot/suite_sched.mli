(** The schedulers, from within: what fibers are promised. *)

val all : Commands.test list
