(** A computation: a result that is still to come, or a cancelation instead of it.

    A computation is {e running} until it is {e completed}: it has {e returned} a value, or was {e
    canceled} with an exception and its backtrace. Completion happens once; every function that
    completes tells whether it was the one that did, or exists in a form that does not care.

    While it runs, triggers can be attached to it, and completion signals them all. That is how
    fibers wait for results, how canceling a computation wakes the fiber that runs on its behalf,
    and how cancelation flows from parents to children.

    A running computation holds its attached triggers, at most about as many dead as live ones; a
    completed one holds its value or exception alone. All functions are lock-free, {!Tx} is
    obstruction-free, and only {!await}, {!wait} and {!cancel_after} perform effects. *)

type !'a t

(** {1 Making} *)

val create : ?mode:[ `FIFO | `LIFO ] -> unit -> 'a t
(** A running computation. The mode (first in, first out by default) is the order in which attached
    triggers are signaled: exact, whatever was detached meanwhile. [`LIFO] completes without
    reversing the list. *)

val returned : 'a -> 'a t
(** A computation that has returned that value. *)

val finished : unit t
(** The same as [returned ()], and costs nothing to use. *)

(** {1 Completing}

    Each costs an atomic exchange, and then a signal for each trigger attached; so none may be
    called in an effect handler. *)

val try_return : 'a t -> 'a -> bool
(** Completes with a value. True when this call did it, false when the computation was completed
    before. *)

val return : 'a t -> 'a -> unit
val try_finish : unit t -> bool
(** [try_return t ()]. *)

val finish : unit t -> unit

val try_capture : 'a t -> ('b -> 'a) -> 'b -> bool
(** [try_capture t f x] runs [f x] and completes [t] with the value, or cancels it with the
    exception and its backtrace. It never raises what [f] raised: the result says whether [t] took
    it. *)

val capture : 'a t -> ('b -> 'a) -> 'b -> unit

type packed = Packed : 'a t -> packed  (** A computation of whatever type. *)

val try_cancel : 'a t -> exn -> Printexc.raw_backtrace -> bool
(** Completes as canceled. Cancelation is a state that is noticed: no code is interrupted. *)

val cancel : 'a t -> exn -> Printexc.raw_backtrace -> unit

val cancel_after : 'a t -> seconds:float -> exn -> Printexc.raw_backtrace -> unit
(** Asks the scheduler to cancel the computation when that time has passed, unless it is completed
    before; then the scheduler forgets about it at once. Infinity is a valid time.
    @raise Invalid_argument when [seconds] is negative or not a number, or more than the scheduler
      can count. *)

(** {1 Looking}

    A computation that a transaction has not committed yet is running, to everybody. *)

val is_running : 'a t -> bool
val is_canceled : 'a t -> bool

val canceled : 'a t -> (exn * Printexc.raw_backtrace) option
(** What it was canceled with, if it was. *)

val check : 'a t -> unit
(** Raises what the computation was canceled with; does nothing if it was not. *)

val peek : 'a t -> ('a, exn * Printexc.raw_backtrace) result option
(** [None] while it is running. *)

exception Running

val peek_exn : 'a t -> 'a
(** The value, if it has returned.
    @raise Running while it is running. If it is canceled, raises what it was canceled with. *)

(** {1 Waiting} *)

val try_attach : 'a t -> Trigger.t -> bool
(** Attaches a trigger, to be signaled at completion. False, and nothing is attached, when the
    computation is completed or the trigger is signaled already. Constant time, but for a sweep now
    and then that detaching has paid for. *)

val detach : 'a t -> Trigger.t -> unit
(** Signals the trigger and takes it from the computation. The order matters to its owner: what the
    trigger's action does, it does now. Constant time, amortized; the space is reclaimed before the
    dead outnumber the living by more than one. *)

val await : 'a t -> 'a
(** Waits for completion; then as {!peek_exn}. No effect is performed if it is completed. When the
    waiting fiber is canceled first, this raises the fiber's cancelation, and nothing stays
    attached. *)

val wait : _ t -> unit
(** Waits for completion of either kind. Raises only when the waiting fiber is canceled. *)

(** {1 Passing cancelation on} *)

val canceler : from:_ t -> into:_ t -> Trigger.t
(** A trigger which, when signaled, cancels [into] if [from] is canceled by then, with the same
    exception and backtrace. Not attached to anything yet. *)

val attach_canceler : from:_ t -> into:_ t -> Trigger.t
(** Attaches a {!canceler} to [from] and returns it, for {!detach}. Detaching signals it: a
    cancelation of [from] that came first still reaches [into].
    @raise Invalid_argument when [from] has returned. If [from] is canceled, raises what it was
      canceled with. *)

(** {1 Transactions} *)

(** Completing several computations at once, or none.

    A transaction takes computations one by one, each with what it is to be completed with; to
    everybody else they go on running. {!Tx.try_commit} completes all of them in one step and then
    signals their triggers. Whoever wants to complete such a computation, attach to it or detach
    from it before the commit aborts the transaction, and all its computations are as they were. So
    a transaction makes progress when left alone for a while, and never holds anybody up.

    A transaction belongs to one fiber. An aborted one answers [false] to everything: start again
    with another. *)
module Tx : sig
  type 'a computation := 'a t

  val same : _ computation -> _ computation -> bool
  (** Whether they are one and the same. Who adds computations of unknown origin asks, since none
      may be added twice. *)

  type t

  val create : unit -> t

  val try_return : t -> 'a computation -> 'a -> bool
  (** Adds a computation, to return that value. False when it is completed or was added before,
      which aborts the transaction, or when the transaction has been aborted.
      @raise Invalid_argument when the transaction has been committed. *)

  val try_cancel : t -> 'a computation -> exn -> Printexc.raw_backtrace -> bool
  (** Adds a computation, to be canceled. Otherwise like {!try_return}. *)

  val try_commit : t -> bool
  (** Completes all computations added; their triggers are signaled by this call, those of the
      computation added last first. False when the transaction has been aborted or committed before:
      nothing happens then. *)
end

(** {1 For Fiber} *)

val try_attach_any : 'a t -> Trigger.t -> bool
[@@alert inside "For Fiber alone."]
(** {!try_attach}, also of a trigger that is signaled already: the caller finds out when it leaves
    an action in it, and then withdraws it. *)

val try_leave : 'a t -> Trigger.t -> bool
[@@alert inside "For Fiber alone."]
(** What {!detach} does with a trigger that is signaled, but that the newest one may stay until the
    next is attached. False when the computation is canceled. *)

(** {1 For schedulers} *)

type _ Effect.t +=
  private
  | Cancel_after : {
      seconds : float;  (** not negative, perhaps infinite *)
      exn : exn;
      bt : Printexc.raw_backtrace;
      computation : 'a t;
    }
      -> unit Effect.t
        (** Performed by {!cancel_after}. The scheduler arms a monotonic timer that cancels the
            computation, attaches a trigger that disarms it, and continues the fiber; or
            discontinues it, with its cancelation or [Invalid_argument]. *)

val with_action :
  ?mode:[ `FIFO | `LIFO ] -> 'x -> 'y -> (Trigger.t -> 'x -> 'y -> unit) -> 'a t
[@@alert
  handler
    "Actions run in the context of whoever completes. Say [@alert \"-handler\"] on the function if \
     that is intended."]
(** A running computation to which a [Trigger.from_action] is attached, so that completion runs the
    action. *)
