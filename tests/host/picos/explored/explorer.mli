(** Runs small threads in every order that their atomic operations can take.

    Each operation of this library's [Atomic] is one step; what stands between two steps belongs to
    the one before. The scenario is run again from its start for each order, so it must behave the
    same each time, and its threads may share nothing but atomic cells, and what they leave for the
    final check.

    Two steps commute when they touch different cells, or both only read. Of the orders that differ
    in the order of commuting steps alone, one is run: a thread {e sleeps}, once all that can begin
    with its step has been explored, until somebody takes a step that does not commute with it. The
    exploration is complete: every outcome is seen. *)

type cell

val new_cell : unit -> cell

type access = Nothing | Read of cell | Write of cell

val step : access -> unit
(** A point at which others may run, before that access. Nothing happens outside of {!all}. *)

val wait_until : (unit -> bool) -> unit
(** Goes on when that holds, which another thread must bring about. *)

val fork : (unit -> unit) -> unit
(** One more thread. *)

exception Too_long of int
(** A run took that many steps: the threads keep each other from ending. *)

exception Deadlock
(** Threads wait and none is left to wake them. *)

val all : ?preemptions:int -> (unit -> (unit -> unit) list * (unit -> unit)) -> int
(** [all scenario] explores every order. The scenario makes fresh state and returns the threads, and
    a check that runs when all have ended. With [~preemptions] only those orders are explored in
    which at most so many times a thread is left that could have gone on; nothing sleeps then.
    Returns the number of orders run to their end. An exception from a thread or from the check ends
    the exploration. *)
