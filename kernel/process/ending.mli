(** How threads and processes end: what they held is given up, parents are told, children go to
    another parent. *)

open Fs
open Process

val exit_thread : thread -> unit
(** At the end of its fiber: what it held is given up; the last one ends the process. *)

val alone : thread -> (unit, Errno.t) result
(** All other threads of its process end, and it takes the process's number: before exec. [EAGAIN]
    when another one does the same. *)

val has_own_memory : Process.t -> unit
(** Who waits for vfork's end goes on. *)

val at_end : (Process.t -> unit) ref
(** Called when a process ends, without the lock. *)

val forget : Process.t -> unit
(** One that has ended is nobody's child any more, and its number is free. With the tree's lock. *)

val child_cause : Process.t -> status -> Signal.cause
(** What its parent is told. *)
