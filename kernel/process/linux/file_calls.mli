(** What is done with descriptors: reading and writing, positions, duplicates, fcntl, ioctl. *)

open Fs

val all : Call.t list

val using : Process.thread -> (File.t -> Call.answer) -> Call.answer
(** The file of the descriptor that is the first argument. *)

val buffer : Process.thread -> int -> Transfer.t
(** The memory whose address and size are the arguments from that number on. *)

val iovec : Process.thread -> int -> int -> (Transfer.t, Errno.t) result
(** The memory that so many [struct iovec] at an address describe. *)

val at :
  Process.thread -> int -> string -> (Mounts.place option -> Call.answer) -> Call.answer
(** With where a path begins, when the argument of that number is a directory's descriptor. *)
