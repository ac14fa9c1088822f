(** A counting semaphore that can be poisoned. Fair: a permit goes to the fiber that has waited
    longest. It performs no effect unless it must wait. *)

type t

val max_value : int

val create : ?padded:bool -> int -> t
(** With so many permits.
    @raise Invalid_argument when that is negative. *)

exception Poisoned

val acquire : t -> unit
(** Takes a permit, or waits for one. A fiber that is canceled while it waits raises the cancelation
    and has no permit.
    @raise Poisoned when the semaphore has been poisoned, also while this waits. *)

val try_acquire : t -> bool
(** False instead of waiting.
    @raise Poisoned when the semaphore has been poisoned. *)

val release : t -> unit
(** Gives a permit. Never canceled. Does nothing to a poisoned semaphore.
    @raise Sys_error when there would be more than {!max_value}. *)

val get_value : t -> int
(** The permits that are to be had just now; none of a poisoned semaphore. For messages. *)

val poison : t -> unit
(** Whoever waits or comes later gets {!Poisoned}. Never canceled. *)

val is_poisoned : t -> bool
