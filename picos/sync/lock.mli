(** Mutual exclusion that can be poisoned: what an exception left half done is never seen by others.

    Fair, handed over to the fiber that has waited longest. It does not know its owner and so
    performs no effect unless it must wait; whoever locks it twice waits for ever. *)

type t

val create : ?padded:bool -> unit -> t

exception Poisoned

val holding : t -> (unit -> 'a) -> 'a
(** Acquires, calls, and releases when the function returns. When it raises, the lock is poisoned,
    and the exception goes on.
    @raise Poisoned when the lock has been poisoned. *)

val protect : t -> (unit -> 'a) -> 'a
(** Acquires, calls, and releases whether the function returns or raises: for code that leaves
    nothing half done.
    @raise Poisoned when the lock has been poisoned. *)

module Condition : Lock_condition.S with type lock = t

(** {1 State} *)

val is_locked : t -> bool
(** A poisoned lock stays locked. *)

val is_poisoned : t -> bool

(** {1 Without a function}

    These must be paired by hand. *)

val acquire : t -> unit
(** Waits for its turn; raises the fiber's cancelation if it had to wait.
    @raise Poisoned when the lock has been poisoned, also while this waits. *)

val try_acquire : t -> bool
(** False instead of waiting.
    @raise Poisoned when the lock has been poisoned. *)

val release : t -> unit
(** Never canceled. Does nothing to a poisoned lock.
    @raise Invalid_argument when it is not locked. *)

val poison : t -> unit
(** Poisons a lock that the caller holds: whoever waits or comes later gets {!Poisoned}. Never
    canceled.
    @raise Invalid_argument when it is not locked. *)
