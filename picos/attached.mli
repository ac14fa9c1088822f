(** The triggers attached to a running computation: an immutable set that remembers its order, and
    forgets lazily.

    Removing a trigger from the middle of a list costs the list's length. Here it costs O(1)
    amortized: the caller has signaled the trigger, so that it is recognisably dead, and only a
    count is kept of how many more triggers live than are dead. When more are dead than live, the
    next change sweeps the dead out, keeping the order. Each sweep of [n] triggers is thus paid for
    by [n/2] removals, and about half of a set is garbage at most.

    The newest trigger is dropped at once, which is what a fiber that waits and wakes needs. *)

type mode = [ `FIFO | `LIFO ]
type t

val empty : mode -> t
(** No triggers. Allocates nothing. *)

val add : t -> Trigger.t -> t

val remove : t -> Trigger.t -> t
(** Forgets a trigger that is in the set and has been signaled. One that was not in the set does no
    harm: the next sweep comes early. *)

val signal : t -> unit
(** Signals all of them, in the order of the set's mode: oldest first or newest first. *)

val length : t -> int
(** How many triggers are held, dead ones included. For tests. *)
