(** Advisory locks: flock(2), and those of fcntl(2) for a process or an open file, told with a
    [struct flock] (include/uapi/asm-generic/fcntl.h). A process's locks are those of its table of
    descriptors, which gives them up when one is closed. *)

open Fs

val all : Call.t list

val is_fcntl : int -> bool
(** Whether fcntl's command is one of these. *)

val fcntl : Process.thread -> File.t -> int -> Call.answer
(** The file is that of the call's first argument; the third one is the address. *)
