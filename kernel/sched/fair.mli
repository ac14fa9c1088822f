(** Proportional share: the run queue of virtual and of local processes on one core. It belongs to
    that core's loop.

    Each task has a clock of its own, which runs the slower the larger its weight; the task whose
    clock is the furthest behind goes first, the longest waiting one among equals. So over time each
    that always wants the core gets it in proportion to its weight. (The idea is that of
    virtual-time fair queueing; see Stoica, Abdel-Wahab, Jeffay, "On the duality between resource
    reservation and proportional share resource allocation", 1997.) *)

type 'core t

val create : unit -> 'core t
val length : 'core t -> int

val slice_ns : int
(** How long a task may run before it should come back, and the most that a sleeper is ahead of the
    others. *)

val push : 'core t -> 'core Task.t -> unit
(** O(log n); allocates when the queue has never been so long. *)

val push_first : 'core t -> 'core Task.t -> unit

val pop : 'core t -> 'core Task.t
(** Of a queue that isn't empty. O(log n). *)

val charge : 'core Task.t -> int -> unit
(** It has run that many nanoseconds. Not while it is in a queue. *)

val take_movable : 'core t -> none:'core Task.t -> 'core Task.t
(** One of the foremost few that isn't bound to this core; [none] when there is none. *)

val take_confined :
  'core t -> may_leave:(int array -> bool) -> none:'core Task.t -> 'core Task.t
(** The same of those that are bound to several cores ({!Task.terms}'s [among]). *)

val forget : 'core t -> unit
(** Of an empty queue: gives back its memory, which may still refer to tasks that have ended. *)

val release : 'core t -> 'core Task.t -> unit
(** A task that was last in this queue goes to another core's: its clock becomes relative, until
    that one's {!adopt}. May be called from any core. *)

val adopt : 'core t -> 'core Task.t -> unit
(** Makes a relative clock absolute: that of a task released by another queue, or of a new one. *)
