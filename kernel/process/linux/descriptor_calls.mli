(** Descriptors: closing and duplicating them, fcntl and ioctl. *)

val all : Call.t list
