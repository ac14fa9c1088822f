(** A line of waiters: an immutable queue, first in, first out, that anyone can leave from the
    middle.

    All of it is O(log n) in the line's length, and exact: who has left is gone. An {!Atomic.t} of a
    line is a lock-free queue from which a canceled fiber can withdraw. *)

type 'a t

type place
(** Where somebody stands. A place is used again when the line behind it has gone: see {!holds}. *)

val empty : 'a t
val is_empty : 'a t -> bool

val join : 'a t -> 'a -> place * 'a t
(** Behind all others. *)

val first : 'a t -> (place * 'a) option
val leave : 'a t -> place -> 'a t

val replace : 'a t -> place -> 'a -> 'a t
(** Another waiter in the same place. *)

val holds : 'a t -> place -> 'a -> bool
(** Whether this very waiter (compared physically) stands in that place. *)

val iter : ('a -> unit) -> 'a t -> unit
(** From the first to the last. *)
