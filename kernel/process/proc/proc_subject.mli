(** Whom a directory of /proc is about: a process as a whole, or one thread of it; and what others
    may see of it. *)

open Fs

type t = { process : Process.t; thread : Process.thread option  (** [None]: of all threads *) }

val is_there : t -> bool

val owner : t -> unit -> int * int
(** Of its files: its effective user and group, or user 0 when it asked not to be looked into. *)

val may_look : t -> (unit, Errno.t) result
(** [EACCES] unless the caller may see what is in its memory and its descriptors: its own threads,
    those of the same user, user 0. *)

val with_memory : t -> (Memory.t -> 'a) -> 'a option
(** While it has one: [None] when it has ended, or ends. *)

val files : t -> Descriptors.t option
(** The same for descriptors. *)

val main : t -> Process.thread option
(** Whose name and state are told: the thread, or the process's first one. *)

val name : t -> string
val id : t -> int

val run_ns : t -> int
(** Time in user mode. *)

type state = Running | Waiting | Stopped | Ended

val state : t -> state
