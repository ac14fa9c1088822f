(** Mutual exclusion, fair, that knows its owner. Like Stdlib's [Mutex], but a fiber that waits lets
    others run.

    A mutex is handed over: {!unlock} makes the longest waiting fiber the owner, before anybody else
    could lock.

    [~checked:false] (true by default) spares the effect that asks for the current fiber; then the
    mutex has no known owner, and the errors below may go unnoticed. A mutex does not survive an
    error of its owner, see {!Lock} for one that tells. *)

type t

val create : ?padded:bool -> unit -> t

val lock : ?checked:bool -> t -> unit
(** Waits until the mutex is the fiber's. Raises the fiber's cancelation instead, also (when
    checked) if it need not wait.
    @raise Sys_error when the fiber owns it already. *)

val try_lock : ?checked:bool -> t -> bool
(** False instead of waiting. When checked, raises the fiber's cancelation. *)

val unlock : ?checked:bool -> t -> unit
(** Never canceled.
    @raise Sys_error when the mutex is not locked, or by another fiber. *)

val protect : ?checked:bool -> t -> (unit -> 'a) -> 'a
(** Locks, calls, and unlocks whether the function returns or raises. *)

(**/**)

(** For {!Condition}. *)
module Private : sig
  val owner : t -> Picos.Fiber.Maybe.t
  (** Nothing when it is unlocked, or locked unchecked. *)

  val unlock_as : t -> Picos.Fiber.Maybe.t -> unit
  val lock_as : t -> Picos.Fiber.Maybe.t -> unit
end
