(** A thread's robust futexes: locks that others must learn about when it ends holding them
    (set_robust_list(2), Linux's Documentation/locking/robust-futex-ABI). *)

val give_up : Process.thread -> unit
(** Marks each lock of its list that it holds, and wakes one who waits for it. Bad memory ends the
    list. *)
