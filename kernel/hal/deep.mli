(** Deep handlers of effects, for the scheduler's loop: what [Effect.Deep] does, for half the
    instructions.

    [Effect.Deep] asks a handler for an option of a function for each effect, and then calls that.
    Here there is one function, which is given the continuation at once. And [Effect.Deep] sees to
    it with an atomic exchange that a continuation is used once, whichever cores try. Here it is
    the caller's promise that two never do so at the same time.

    Continuations are the same as [Effect.Deep]'s, so its [discontinue] and the like take them. It
    stands on primitives of OCaml 5.3. *)

type ('a, 'b) continuation = ('a, 'b) Effect.Deep.continuation

type outer
(** Where an effect goes that a handler does not know. *)

type 'b effects = { answer : 'a. 'a Effect.t -> ('a, 'b) continuation -> outer -> 'b } [@@unboxed]

val run : ('c -> 'a) -> 'c -> retc:('a -> 'b) -> exnc:(exn -> 'b) -> 'b effects -> 'b
(** [Effect.Deep.match_with], each function by itself. *)

val pass_on : 'a Effect.t -> ('a, 'b) continuation -> outer -> 'b
(** What a handler does with an effect that it does not know. *)

val continue : ('a, 'b) continuation -> 'a -> 'b
(** [Effect.Deep.continue].
    @raise Effect.Continuation_already_resumed when it was continued before. *)

type ('a, 'b) cell = { mutable kept : ('a, 'b) continuation }

val keep_and_continue :
  ('c, 'd) cell -> ('c, 'd) continuation -> ('a, 'b) continuation -> 'a -> 'b
(** [keep_and_continue cell kept k value] is [cell.kept <- kept], then [continue k value], in one
    step. *)

val stopped : unit -> ('a, unit) continuation
(** One that nobody will continue: for a cell to begin with. *)
