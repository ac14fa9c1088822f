(** A scheduler for tests: several domains take ready fibers at random out of one bag.

    Knows no time: [Cancel_after] raises. Triggers may be signaled from anywhere. *)

val run : seed:int -> domains:int -> (unit -> 'a) -> 'a
(** Runs the function in a fiber, and returns its result when all fibers have ended. When fibers
    remain that nothing wakes, it does not return; what escapes from a fiber's main function is
    raised here. *)
