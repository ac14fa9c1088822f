(** /proc: what programs read of processes and of the system, as Linux has it (proc(5)).

    Whom [self] and [thread-self] stand for, and what may be looked into, follows from the process
    whose thread asks. Nothing waits for a process; what is told of several things was so at about
    the same time. *)

open Fs

val root : unit -> Node.t
(** The directory, to be mounted on [/proc]. *)
