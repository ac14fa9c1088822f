(** Open files as such: their sizes, what reaches the disk, and files of memory without a name. *)

val all : Call.t list
