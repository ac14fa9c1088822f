(** execve, execveat: {!Exec}. *)

val all : Call.t list
