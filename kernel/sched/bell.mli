(** What one fiber waits at for any of several things: a device's interrupt, a request in a ring, a
    word from its supervisor. Whoever has something for it rings. *)

type t

val create : string -> t
(** Named for [ps]: what is waited for. *)

val ring : t -> unit
(** Ends the wait, or the next one: rings that nobody waited for are one. Any fiber on any core;
    also in the loop. Costs a load when it has been rung already. *)

val wait : t -> unit
(** Suspends until it was rung since the last [wait] returned. The fiber then looks at everything
    that it might have been rung for.
    @raise Invalid_argument when another fiber waits at it. *)
