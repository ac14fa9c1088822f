(** The kernel data queues through their OCaml face, between cores where there are several. *)

val all : Commands.test list
