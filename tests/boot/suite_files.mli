(** What holds the bytes of files: memory objects on the machine's own frames. *)

val all : Commands.test list

val memory_ends : unit -> (unit, string) result
(** Writes a file until memory ends: that must be an error of its own, and all comes back. *)
