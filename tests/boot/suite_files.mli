(** What holds the bytes of files: memory objects on the machine's own frames. *)

val all : Commands.test list
