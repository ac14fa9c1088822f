(** A fiber: a thread of control, and the record by which it is known.

    A fiber runs on behalf of one computation at a time. While it {e permits} cancelation, the
    cancelation of that computation is the fiber's own; while it {e forbids} it, the fiber is never
    canceled. Both can be changed, by the fiber alone, at any time; schedulers look at both at the
    moment at which they resume the fiber.

    A fiber's record stays the same for the whole of its life, so that its identity may stand for
    ownership of a lock. Except where it says that a scheduler may call it elsewhere, what takes a
    fiber is for that fiber itself, or for its creator until it is spawned. *)

(** {1 Acting as the current fiber} *)

val yield : unit -> unit
(** Lets other fibers run. Raises the fiber's cancelation when it is canceled. *)

val sleep : seconds:float -> unit
(** Waits that long. When the fiber is canceled first, raises the cancelation, and the scheduler's
    timer is freed at once.
    @raise Invalid_argument as {!Computation.cancel_after}. *)

type t
type fiber := t

val current : unit -> t
(** The calling fiber's record. The one effect that never raises the cancelation, so that locks can
    be released by it. *)

val spawn : t -> (t -> unit) -> unit
(** [spawn fiber main] starts a fiber: [main fiber] will be called once, even if its computation is
    canceled before it could run. A record is spawned once. An exception out of [main] is fatal to
    the whole scheduler: catch what may come. If the caller is canceled, its cancelation is raised
    and nothing was spawned. *)

(** {1 Making} *)

val create_packed : forbid:bool -> Computation.packed -> t
(** A record for a new fiber that will run on behalf of that computation. Performs no effect. *)

val create : forbid:bool -> 'a Computation.t -> t

val get_computation : t -> Computation.packed
(** The very value that was set: it can be compared physically. *)

val set_computation : t -> Computation.packed -> unit
val equal : t -> t -> bool

(** {1 Cancelation} *)

val has_forbidden : t -> bool

val forbid : t -> (unit -> 'a) -> 'a
(** Calls the function while cancelation is forbidden. If it was permitted before, it is permitted
    again when the function returns or raises, whatever happened to the flag inside; if it was
    forbidden before, nothing is changed at all. *)

val permit : t -> (unit -> 'a) -> 'a
(** The reverse of {!forbid}. *)

val is_canceled : t -> bool
(** Whether cancelation is permitted and the current computation canceled. *)

val canceled : t -> (exn * Printexc.raw_backtrace) option
(** What the fiber is canceled with, if it {!is_canceled}. *)

val check : t -> unit
(** Raises what the fiber is canceled with, if it {!is_canceled}. *)

val exchange : t -> forbid:bool -> bool
(** Sets the flag and returns what it was: {!forbid} without a closure, for those who restore it
    with {!set} themselves. *)

val set : t -> forbid:bool -> unit

(** {1 Fiber-local storage} *)

(** A value of each fiber's own, under a key. May be filled before the fiber is spawned, by its
    creator. *)
module FLS : sig
  type fiber := t
  type 'a t

  val create : unit -> 'a t
  (** A new key. Keys are never reclaimed: make them at the top of a module. *)

  exception Not_set

  val get_exn : fiber -> 'a t -> 'a
  (** @raise Not_set when the fiber has no value under the key. *)

  val get : fiber -> 'a t -> default:'a -> 'a
  val set : fiber -> 'a t -> 'a -> unit
  val remove : fiber -> 'a t -> unit

  val reserve : fiber -> 'a t -> unit
  (** Makes the room, so that setting this key will not have to copy the others. *)
end

(** {1 Perhaps a fiber} *)

(** An optional fiber that is not boxed, for locks that may be told not to check their owner. *)
module Maybe : sig
  type t

  val nothing : t
  val of_fiber : fiber -> t

  val to_fiber : t -> fiber
  (** @raise Invalid_argument when it is {!nothing}. *)

  val current_if : bool option -> t
  (** The current fiber, except for [Some false]: {!nothing}, and no effect is performed. *)

  val current_and_check_if : bool option -> t
  (** The same; a current fiber that is canceled raises its cancelation. *)

  val or_current : t -> t
  (** The current fiber in place of {!nothing}. *)

  val to_fiber_or_current : t -> fiber

  val check : t -> unit
  (** [Fiber.check] if it is a fiber. *)

  val equal : t -> t -> bool
  (** Whether they {e may} be the same: one fiber twice, or either is {!nothing}. *)

  val unequal : t -> t -> bool
  (** Whether they {e may} differ: different fibers, or either is {!nothing}. *)
end

(** {1 For schedulers} *)

val try_suspend : t -> Trigger.t -> 'x -> 'y -> (Trigger.t -> 'x -> 'y -> unit) -> bool
(** What a handler of [Trigger.Await] does: attaches the trigger to the fiber's computation, unless
    cancelation is forbidden, and leaves the action in the trigger.

    True: the fiber is suspended and the action will run once, perhaps before this has returned and
    on another core; so everything that the action needs is in [x] and [y] already, and the handler
    does not touch the fiber any more. False: the trigger is signaled, by its owner or because the
    fiber is canceled; the action will not run, and the handler resumes the fiber soon.
    @raise Invalid_argument when something awaits the trigger already. *)

val unsuspend : t -> Trigger.t -> bool
(** What the action does first: takes the trigger from the fiber's computation. False when the fiber
    is canceled, which a scheduler may take as a reason to run it early. May be called from any
    domain.
    @raise Invalid_argument when the trigger has not been signaled. *)

val resume : t -> ((exn * Printexc.raw_backtrace) option, 'r) Effect.Deep.continuation -> 'r
(** Answers [Trigger.Await]: continues with the fiber's cancelation as it is now. *)

val resume_with :
  t ->
  ((exn * Printexc.raw_backtrace) option, 'b) Effect.Shallow.continuation ->
  ('b, 'r) Effect.Shallow.handler ->
  'r
(** {!resume} for shallow handlers. *)

val continue : t -> ('v, 'r) Effect.Deep.continuation -> 'v -> 'r
(** Answers {!Yield}, {!Spawn} and [Computation.Cancel_after]: continues with the value, or raises
    the fiber's cancelation there if it is canceled now. *)

val continue_with :
  t -> ('v, 'b) Effect.Shallow.continuation -> 'v -> ('b, 'r) Effect.Shallow.handler -> 'r
(** {!continue} for shallow handlers. *)

type _ Effect.t += private Current : t Effect.t
        (** Performed by {!current}. Answered with the record that was run or spawned; never
            discontinued. *)

type _ Effect.t += private Yield : unit Effect.t
        (** Performed by {!yield}. The fiber goes behind the others and is then {!continue}d. *)

type _ Effect.t +=
  private
  | Spawn : { fiber : t; main : t -> unit } -> unit Effect.t
        (** Performed by {!spawn}. The scheduler starts the fiber and continues, or does neither and
            discontinues. It calls [main] with that very [fiber], and handles the effects of [main]
            with [fiber] as the current one. *)
