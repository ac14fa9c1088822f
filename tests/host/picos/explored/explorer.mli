(** Runs small threads in every order that their atomic operations can take.

    Each operation of this library's [Atomic] is one step; what stands between two steps belongs to the one before. The scenario is
    run again from its start for each order, so it must behave the same each time. Complete, without reduction: the number of
    orders is that of the interleavings, so three threads of some five steps are about as much as is wise. *)

val step : unit -> unit
(** A point at which others may run. Nothing, outside of {!all}. *)

exception Too_long of int
(** A run took that many steps: the threads keep each other from ending. *)

val all : ?preemptions:int -> (unit -> (unit -> unit) list * (unit -> unit)) -> int
(** [all scenario] explores every order; with [~preemptions], those in which at most so many times a thread is left that could have
    gone on. The scenario makes fresh state and returns the threads, and a check that runs when all have ended.
    Returns the number of orders. An exception from a thread or from the check ends the exploration. *)
