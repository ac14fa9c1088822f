(** pidfd_open and what is done with such files ({!Process_file}). *)

val all : Call.t list
