(** The OCaml runtime on bare metal. *)

val all : Commands.test list
