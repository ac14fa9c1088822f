(** What a thread's fiber does: it enters user mode and answers what it comes back with, until the
    thread ends. *)

val body : Process.thread -> unit
(** The whole life of a thread. *)
