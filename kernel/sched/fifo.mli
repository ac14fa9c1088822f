(** The drivers' run queue on one core: first in, first out, in rounds. It belongs to that core's
    loop.

    In a round each task that was in the queue when it began is taken once; those that are pushed
    meanwhile make the next round, in the order of their pushes. Nothing is allocated but when the
    queue has never been so long, and pushing a task where it stood two rounds ago, as happens to
    those that yield, is no store in old memory. *)

type 'core t

val create : unit -> 'core t

val length : 'core t -> int
(** Of this round and the next one. *)

val is_empty : 'core t -> bool
val is_full : 'core t -> bool
(** Whether a push would allocate. *)

val push : 'core t -> 'core Task.t -> unit

val push_not_full : 'core t -> 'core Task.t -> unit
(** The same, when it is known that it isn't. *)

val push_urgent : 'core t -> 'core Task.t -> unit
(** To be taken in a round of the urgent ones alone, before the next ordinary one. After a round of
    urgent ones comes an ordinary one, if anything waits for it. *)

(** {1 Rounds} *)

val is_round_over : 'core t -> bool

val start_round : 'core t -> unit
(** When one is over. The new one is over at once if nothing was pushed. At first nothing may be
    taken of it. *)

val has_urgent : 'core t -> bool
(** Whether the next round may be one of urgent ones. *)

val start_round_allowing : 'core t -> int -> int
(** {!start_round} and then {!allow}, when it is known that there are no urgent ones. *)

val allow : 'core t -> int -> int
(** So many may be taken, or as many as the round still has; and how many that is. *)

val allowed : 'core t -> int
(** How many are left of that. *)

val take : 'core t -> 'core Task.t
(** The next, of those that may be taken. *)

val can_rotate : 'core t -> bool

val rotate : 'core t -> 'core Task.t -> 'core Task.t
(** {!push} and then {!take}, in one step. *)

(** {1 Between rounds} *)

val take_movable : 'core t -> none:'core Task.t -> 'core Task.t
(** Among the last few, so those that would wait the longest, one that isn't bound to this core;
    [none] when there is none. *)

val slots : 'core t -> 'core Task.t array
(** All that are in the queue, the latest one taken, and others that were. For who looks from
    outside: it may be out of date. *)

val taken : 'core t -> 'core Task.t array
(** Those of this round that have been taken. *)

val forget : 'core t -> unit
(** Of an empty queue: gives back its memory, which may still refer to tasks that have ended. *)
