(** A lock that many share for reading, or one holds for writing. It can be poisoned, and frozen.

    Fair to both kinds, in the order in which they came: a reader that comes when a writer waits
    goes behind it, so neither readers nor writers starve. Hence a fiber must not acquire a shared
    hold while it has one: a writer may stand between. It performs no effect unless it must wait. *)

type t

val create : ?padded:bool -> unit -> t

exception Poisoned
exception Frozen

val sharing : t -> (unit -> 'a) -> 'a
(** Calls the function with a shared hold, which is released when it returns or raises.
    @raise Poisoned when the lock has been poisoned. *)

val holding : t -> (unit -> 'a) -> 'a
(** Calls the function with the exclusive hold, which is released when it returns. When it raises,
    the lock is poisoned.
    @raise Poisoned when the lock has been poisoned.
    @raise Frozen when the lock has been frozen. *)

val protect : t -> (unit -> 'a) -> 'a
(** Calls the function with the exclusive hold, which is released when it returns or raises.
    @raise Poisoned when the lock has been poisoned.
    @raise Frozen when the lock has been frozen. *)

val freeze : t -> unit
(** Makes it readable for ever and refuses exclusive holds with {!Frozen}, to the writers that wait
    already too. Waits only while a writer has it; so a fiber that has a shared hold may freeze it.
    @raise Poisoned when the lock has been poisoned. *)

module Condition : sig
  include Lock_condition.S with type lock = t

  val wait_shared : t -> lock -> unit
  (** As [wait], for a shared hold. *)
end

(** {1 State} *)

val is_locked_shared : t -> bool

val is_locked : t -> bool
(** Whether somebody has the exclusive hold. A poisoned lock stays so. *)

val is_frozen : t -> bool
val is_poisoned : t -> bool

(** {1 Without a function}

    These must be paired by hand. *)

val acquire_shared : t -> unit
(** Waits for its turn; raises the fiber's cancelation if it had to wait.
    @raise Poisoned when the lock has been poisoned, also while this waits. *)

val try_acquire_shared : t -> bool
(** False instead of waiting.
    @raise Poisoned when the lock has been poisoned. *)

val release_shared : t -> unit
(** Gives one shared hold back. Never canceled. Does nothing to a poisoned lock.
    @raise Invalid_argument when nobody has a shared hold. *)

val acquire : t -> unit
(** Waits for its turn; raises the fiber's cancelation if it had to wait.
    @raise Poisoned when the lock has been poisoned, also while this waits.
    @raise Frozen when the lock has been frozen, also while this waits. *)

val try_acquire : t -> bool
(** False instead of waiting.
    @raise Poisoned when the lock has been poisoned.
    @raise Frozen when the lock has been frozen. *)

val release : t -> unit
(** Gives the exclusive hold back. Never canceled. Does nothing to a poisoned or frozen lock.
    @raise Invalid_argument when nobody has the exclusive hold. *)

val poison : t -> unit
(** Poisons a lock of which the caller has the exclusive hold. Never canceled.
    @raise Invalid_argument when nobody has the exclusive hold. *)
