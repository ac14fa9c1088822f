(** A record of what each core did: thread switches, interrupts, wake-ups. Off at first; while off it
    costs one load an event. Each core keeps its latest events, {!capacity} of them. *)

type kind = Switch | Interrupt | Ipi | Timer | Wake

type event = {
  time_ns : int;
  core : int;
  kind : kind;
  subject : int;  (** thread id, interrupt number or reasons *)
}

val capacity : int
val set : bool -> unit

val events : unit -> event list
(** Of all cores, in the order of time. To be called with tracing off. *)

val lost : unit -> int
(** Events that newer ones have overwritten since tracing was turned on. *)
