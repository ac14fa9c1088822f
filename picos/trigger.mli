(** A trigger: a cell that wakes one fiber, once.

    A trigger is created {e initial}; a scheduler may make it {e awaiting} by leaving an action in
    it; signaling makes it {e signaled}, for ever. A signaled trigger refers to nothing and takes
    two words, so it may be left behind in any data structure at little cost.

    The pattern of use: create a trigger, put it where the other side will find it, check once more
    whether there is need to wait, then {!await}. A signal that comes between publishing and waiting
    is not lost.

    All functions are lock-free; none but {!await} performs an effect. *)

type t

val signaled : t
(** A trigger that has been signaled already. The same one always: it costs nothing to use. *)

val create : unit -> t
(** A new trigger, in the initial state. *)

val is_signaled : t -> bool
(** Whether the trigger has been signaled. Once true, always true. *)

val await : t -> (exn * Printexc.raw_backtrace) option
(** Waits until the trigger is signaled: [None] means that it was, [Some (exn, bt)] that the calling
    fiber was canceled instead. After [Some] the caller withdraws the trigger from wherever it put
    it, passes on what it may have been handed meanwhile, and then raises [exn] with [bt].

    Belongs to the trigger's creator, and is called once at most. On a signaled trigger it returns
    [None] and performs no effect, even if the fiber is canceled.
    @raise Invalid_argument when something awaits the trigger already. *)

val signal : t -> unit
(** Makes the trigger signaled. If an action was left in it, exactly one of the calls that race here
    runs it, and only after the trigger can be seen as signaled. Signaling again does nothing.

    May be called from any domain and from inside any scheduler's fiber, but not from within an
    effect handler: the action belongs to a scheduler that may not expect to be entered there. Use
    {!dispose} in handlers. Costs one atomic exchange, plus the action. *)

val is_initial : t -> bool
(** Whether the trigger was neither signaled nor awaited yet.
    @raise Invalid_argument when it is being awaited, which only a second user of the same trigger
      can see. *)

(** {1 For schedulers} *)

val on_signal : t -> 'x -> 'y -> (t -> 'x -> 'y -> unit) -> bool
[@@alert
  handler
    "Only the handler of Await leaves an action in a trigger. Say [@alert \"-handler\"] on the \
     function if this is one."]
(** [on_signal t x y action] leaves [action] in the trigger and is true: [action t x y] will run
    once, when the trigger is signaled, in the context of whoever signals; that may be before this
    call returns. False when the trigger was signaled already: then the action never runs.

    The action must not block, must not raise and must not run the user's code: it puts a fiber on a
    queue, and perhaps wakes a core. Passing [x] and [y] spares the caller a closure.
    @raise Invalid_argument when there is an action already. *)

val from_action : 'x -> 'y -> (t -> 'x -> 'y -> unit) -> t
[@@alert
  handler
    "Actions run in the context of whoever signals. Say [@alert \"-handler\"] on the function if \
     that is intended."]
(** A trigger that is born awaiting, with that action in it. It cannot be awaited or disposed: both
    raise [Invalid_argument]. The rules for {!on_signal}'s action hold here too. *)

val dispose : t -> unit
(** Makes an initial trigger signaled without running anything: what a handler of [Await] does with
    a trigger when the fiber is canceled before it could be suspended. Nothing happens to a signaled
    trigger.
    @raise Invalid_argument when the trigger is being awaited. *)

type _ Effect.t +=
  private
  | Await : t -> (exn * Printexc.raw_backtrace) option Effect.t
        (** Performed by {!await}. The scheduler suspends the fiber until the trigger is signaled
            and answers with [Fiber.resume], so with [Some] if the fiber is canceled by then. It
            never discontinues. *)
