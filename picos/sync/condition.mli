(** Waiting until something changes that a {!Mutex} protects. Like Stdlib's [Condition].

    A signal wakes the longest waiting fiber. It is never lost to a fiber that is canceled at the
    same time: that one passes it on. A fiber may also wake for no reason, so what is waited for is
    checked in a loop. *)

type t

val create : ?padded:bool -> unit -> t

val signal : t -> unit
(** Wakes the fiber that has waited longest, if any. Never canceled. *)

val broadcast : t -> unit
(** Wakes all the fibers that wait. Never canceled. *)

val wait : t -> Mutex.t -> unit
(** Unlocks the mutex, waits for a signal, and locks the mutex again before it returns, and before
    it raises the fiber's cancelation too.
    @raise Sys_error when the mutex is not locked, or by another fiber. *)
