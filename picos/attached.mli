(** Lists of triggers attached to a computation, newest first. *)

type mode = [ `FIFO | `LIFO ]

val living : Trigger.t list -> Trigger.t list
(** Those that have not been signaled, in their order. *)

val signal : mode -> Trigger.t list -> unit
(** Signals all of them, oldest first or newest first. *)
