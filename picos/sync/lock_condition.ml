(** What the condition variables of {!Lock} and {!Rwlock} offer. *)

module type S = sig
  type lock
  type t

  val create : ?padded:bool -> unit -> t

  val signal : t -> unit
  (** Wakes the fiber that has waited longest, if any. Never canceled. *)

  val broadcast : t -> unit
  (** Wakes all the fibers that wait. Never canceled. *)

  val wait : t -> lock -> unit
  (** Releases the lock, waits for a signal, and acquires the lock again before it returns, and
      before it raises the fiber's cancelation too. A signal is never lost to a canceled fiber. A
      fiber may also wake for no reason.

      Raises what acquiring raises if the lock has been poisoned or frozen meanwhile; it is not held
      then. A cancelation that leaves [holding] poisons the lock: use [protect] where that is not
      wanted. *)
end
