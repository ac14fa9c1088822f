(** What the interrupt controllers and the cores' timers promise, by real interrupts. What a
    machine's controller or devices can't do is skipped. *)

val all : Commands.test list
