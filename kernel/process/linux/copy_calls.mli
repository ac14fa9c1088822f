(** sendfile and copy_file_range: bytes from one open file to another, by way of the kernel. *)

val all : Call.t list
