(** Pipes, and event counters, timers and signals that are files. *)

open Fs

val all : Call.t list

val add : Process.thread -> int -> File.t -> Call.answer
(** A descriptor for a new file, with O_NONBLOCK and O_CLOEXEC of these flags. *)

val add_both : Process.thread -> int -> File.t * File.t -> (int * int, Errno.t) result

val tell_both : Process.thread -> int -> int * int -> Call.answer
(** Two new descriptors, at an address; they are closed again when that is no good. *)
