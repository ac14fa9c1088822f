(** Everything at once, for a while: fibers that spawn, cancel, sleep, compute, allocate and pass
    messages from core to core, collections and compactions, and on every core a thousand timer
    interrupts a second. *)

val run : seconds:int -> seed:int -> (unit, string) result
(** Prints its figures. [Error] when a value was corrupted, a fiber did not end, or memory did not
    come back: after compaction live words are within 1 % and frames within 5 % of what they were at
    the start. *)
