(** A core, as its loop sees it ([kernel/sched] turns this into a scheduler).

    One domain a core runs one loop for good: it takes a turn, hands out the events that interrupts
    recorded, runs a fiber, and waits when there is none. *)

val start : 'core -> int -> unit
(** Makes the calling domain the loop of its core, whose number is the second argument: events end
    its {!wait}, and a fiber that keeps the core for four seconds without a turn gets the exception
    registered as ["Sched.Hog"] (see {!Sched}). The first argument is [kernel/sched]'s record of the
    core, of which C reads the fields that runtime/loop.h numbers: a turn is over when the first has
    changed. *)

val index : unit -> int
(** The core whose loop the calling thread is; -1 when it is none. Some 20 instructions. *)

val ticks : unit -> int
(** The clock's raw counter, in some ten instructions. *)

val has_events : unit -> bool
(** Whether {!next_event} has something. *)

val next_event : unit -> int
(** Takes one event that was recorded on this core; -1 when there is none. Interrupts have their own
    numbers ({!Interrupt}); {!Console.event} is input on the serial line. *)

val ns_of_ticks : int -> int
(** The counter's value as the monotonic clock in nanoseconds. *)

val ticks_of_ns : int -> int
(** The first value of the counter at which the monotonic clock has reached this; [max_int] for what
    is too far. *)

val ns_of_ticks_span : int -> int
(** A difference of two values of the counter, in nanoseconds. *)

val wait : int -> unit
(** Outside of the OCaml runtime, and with the core asleep when no other thread has use for it:
    until an event is recorded, {!wake}, or the counter reaches this ([max_int]: never). May return
    early. *)

val wake : int -> unit
(** Ends another core's {!wait}, or its next one. *)

val watch_period : int -> unit
(** Nanoseconds between two looks at the running fiber; four in a row make a hog. *)
