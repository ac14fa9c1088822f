(** The result of a fiber that was forked to a bundle, or of one that works until it is told to end.
    *)

type !'a t

val of_value : 'a -> 'a t
(** Kept already. *)

val await : 'a t -> 'a
(** Waits for the fiber's result. Raises what the fiber raised, or {!Control.Terminate} if the
    promise was terminated; the fiber may not have ended by then, for which the bundle waits. *)

val completed : 'a t -> 'a Sync.Event.t
(** The event that {!await} need not wait. *)

val is_running : 'a t -> bool

val try_terminate : ?callstack:int -> 'a t -> bool
(** Cancels the fiber with {!Control.Terminate}, which is no error of its bundle. False when the
    promise was completed before. The exception bears so many entries (none by default) of the
    caller's stack. *)

val terminate : ?callstack:int -> 'a t -> unit

val terminate_after : ?callstack:int -> 'a t -> seconds:float -> unit
(** {!terminate} when that time has passed. *)

(**/**)

(** For {!Bundle} and {!Flock}. *)
module Private : sig
  val of_computation : 'a Picos.Computation.t -> 'a t
end
