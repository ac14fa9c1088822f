(** Sets of blocks, as runs of them: those that are free. Immutable; each change costs the logarithm
    of the number of runs. *)

type t

val empty : t
val count : t -> int
(** Blocks. *)

val runs : t -> int

val add : t -> index:int -> count:int -> t option
(** Nothing when one of them is in the set already, or [count] is not positive. *)

val remove : t -> index:int -> count:int -> t option
(** Nothing when one of them is not in the set, or [count] is not positive. *)

val take : t -> level:int -> (int * t) option
(** The lowest run of 2{^level} blocks that begins where a run begins, and what is left; [level] is
    up to {!Address.level_max}. Never makes more runs than there were. *)

val mem : t -> int -> bool

val overlaps : t -> index:int -> count:int -> bool
(** Whether one of them is in the set. *)

val fold : (index:int -> count:int -> 'a -> 'a) -> t -> 'a -> 'a
(** Runs in ascending order; neighbours don't touch. *)
