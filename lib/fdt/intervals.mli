(** A map from stretches of numbers to values. Where stretches overlap, the one that was added first
    has the numbers. Adding and finding take logarithmic time, and adding some more for each stretch
    that it falls across. *)

type 'a t

val empty : 'a t

val add : 'a t -> start:int -> stop:int -> 'a -> 'a t
(** The value for all numbers from [start] to before [stop] that have none. *)

val find : 'a t -> int -> 'a option
