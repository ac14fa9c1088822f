(** A scheduler for tests: one domain, first in, first out, over Picos's interface alone.

    Time is virtual: when no fiber is ready, the clock jumps to the next deadline. Triggers must be
    signaled from its own fibers. *)

exception Deadlock

val run : ?forbid:bool -> (unit -> 'a) -> 'a
(** Runs the function in a fiber, and returns its result when all fibers have ended.
    @raise Deadlock when fibers remain that nothing will wake. *)
