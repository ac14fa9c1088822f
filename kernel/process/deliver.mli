(** What a thread does before it goes on in user mode: it stops with its process, ends, or takes a
    signal. *)

open Process

exception Ends
(** The thread is to end. *)

val prepare : thread -> unit
(** Waits while the process is stopped; takes signals until one has a handler, which the registers
    then enter; sets the result of a call that was interrupted, or has it made again.
    @raise Ends *)

val return : thread -> (unit, Fs.Errno.t) result
(** rt_sigreturn. *)

val end_all : Process.t -> status -> unit
(** All threads are to end, with this as what the parent is told, unless they were before. *)

val map_trampoline : Memory.t -> (int, Fs.Errno.t) result
(** Maps the code that handlers return to, at the top. *)
