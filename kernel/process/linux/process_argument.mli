(** Arguments that are numbers of processes and threads, where 0 is the caller's own. [ESRCH]: there
    is none. *)

open Fs

val thread : Process.thread -> int -> (Process.thread, Errno.t) result
val process : Process.thread -> int -> (Process.t, Errno.t) result

val process_locked : Process.thread -> int -> (Process.t, Errno.t) result
(** With the tree's lock. *)
