(** Random tests that can be repeated: the n-th input of a seed is always the same.

    The environment says how much is done: [SEED], else 1; [FUZZ], the seconds that each test may
    take, else each does a number of inputs of its own. *)

val seed : int

val run : inputs:int -> (Random.State.t -> unit) -> unit
(** Calls the function with the random numbers of one input after the other, [inputs] times, or for
    as long as [FUZZ] says. When it raises, prints which input it was and raises the same; an input
    that takes more than two seconds of processor time fails. At the end prints how many there were.
    *)
