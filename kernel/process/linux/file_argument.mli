(** Arguments that are open files, and memory that bytes are read into or written from. *)

open Fs

val using : Process.thread -> (File.t -> Call.answer) -> Call.answer
(** The file of the descriptor that is the first argument. [EBADF] for what is but a place
    ([O_PATH]), too. *)

val using_fd : Process.thread -> int -> (File.t -> Call.answer) -> Call.answer
(** The same of this descriptor. *)

val io_most : int
(** The most bytes that one call moves. *)

val buffer : Process.thread -> int -> Transfer.t
(** The memory whose address and size are the arguments from that number on. *)

val iovec : Process.thread -> int -> int -> (Transfer.t, Errno.t) result
(** The memory that so many [struct iovec] at an address describe. *)
