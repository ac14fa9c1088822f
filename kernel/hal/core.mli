(** A core, as its loop sees it ([kernel/sched] turns this into a scheduler).

    One domain a core runs one loop for good: it takes a turn, hands out the events that interrupts recorded,
    runs a fiber, and waits when there is none. *)

val start : 'core -> int -> unit
(** Makes the calling domain the loop of its core, whose number is the second argument: events end its {!wait}, and a fiber that keeps the core for two seconds
    without a turn gets the exception registered as ["Sched.Hog"] (see {!Sched}). The argument's first field must
    be the running task, whose first field is its name: a panic shows it. *)

val index : unit -> int
(** The core whose loop the calling thread is; -1 when it is none. Some 20 instructions. *)

val turn : unit -> int
(** Begins a turn: what runs from now on is another fiber. Returns {!now} and {!has_events} in one word. Some 30
    instructions. *)

val now : int -> int
(** Monotonic nanoseconds at a turn's beginning. *)

val has_events : int -> bool
(** Whether {!next_event} had something. *)

val next_event : unit -> int
(** Takes one event that was recorded on this core; -1 when there is none. Interrupts have their own numbers
    ({!Interrupt}); {!Console.event} is input on the serial line. *)

val wait : int -> unit
(** Outside of the OCaml runtime, and with the core asleep when no other thread has use for it: until an event is
    recorded, {!wake}, or the time, in monotonic nanoseconds ([max_int]: none). May return early. *)

val wake : int -> unit
(** Ends another core's {!wait}, or its next one. *)

val watch_period : int -> unit
(** Nanoseconds between two looks at the running fiber; four in a row make a hog. *)
