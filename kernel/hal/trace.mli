(** A record of what each core did and when: threads, interrupts, collections, fibers. The nucleus
    and the OCaml runtime record by themselves; schedulers record their fibers here.

    Each core keeps its latest events; the oldest are overwritten, and counted.
    [make run TRACE=FILE] records from the boot on and makes a file of it for Perfetto or Chrome's
    viewer: docs/tracing.md. *)

(** {1 Recording} *)

(** What happened. The subject is a thread, a fiber, an interrupt, ...; the argument says more. The
    first eight are recorded below OCaml. *)
type kind =
  | Switch  (** the core runs this thread now; argument: the thread it ran before *)
  | Wake  (** this thread may run again; argument: on which core *)
  | Interrupt  (** a device's interrupt was handled; argument: in how many nanoseconds *)
  | Ipi  (** another core's interrupt, by reasons; argument: nanoseconds *)
  | Timer  (** the timer's interrupt; argument: nanoseconds *)
  | Gc_begin  (** the runtime entered this phase; argument: in which domain *)
  | Gc_end  (** it left the phase *)
  | Gc_counter  (** the runtime's counter; argument: its value *)
  | Fiber_start  (** this fiber was made; argument: by which fiber, 0 by none *)
  | Fiber_run  (** the core runs this fiber now, until the next [Fiber_*] of these three *)
  | Fiber_suspend  (** it waits; argument: why, by {!reason} *)
  | Fiber_end  (** it is over; argument: 0, or 1 when it raised *)
  | Fiber_wake  (** this fiber may run again; argument: on which core. Recorded where it is woken *)
  | Fiber_steal  (** this core took the fiber; argument: from which core *)

val record : kind -> subject:int -> argument:int -> unit
(** Records an event of this core, now. A load and a branch while recording is off; some fifty
    instructions while it is on. Never allocates, never blocks. Subjects are below 2{^56}. *)

val recording : unit -> bool
(** What {!record} asks first: for who has more to record than one event. *)

(** {1 Names} *)

type named = Thread | Fiber | Interrupt_line

val name : named -> int -> string -> unit
(** While recording: the trace will call this subject so (up to 48 bytes, the first name counts). A
    load and a branch while recording is off. *)

val reason : string -> int
(** The number of a reason to wait, which the trace will call so: the argument of {!Fiber_suspend}.
    0 while recording is off, for [""], and after 255 others. Finds a known one without
    allocating, among few. *)

val at_start : (unit -> unit) -> unit
(** [at_start f] calls [f] each time that recording begins, and now if it is on: to {!name} what
    lives already, and what has the same name for ever. *)

(** {1 Starting, stopping, saving} *)

type error =
  | Bad_size  (** not {!least} to {!most} events *)
  | Other_size of int  (** the buffers, which are there for good, have this many *)
  | No_memory

val pp_error : Format.formatter -> error -> unit

val start : ?events:int -> unit -> (unit, error) result
(** Forgets what was recorded and records from now on. The first call allocates each core's buffer,
    of this many events rounded up to a power of two (4096 when not said). *)

val stop : unit -> unit
(** Ends recording. What was recorded stays. *)

val save : unit -> unit
(** {!stop}, then writes all of it to the console, between markers, for [tools/trace] to read. Other
    domains' collections go on meanwhile. *)

val least : int
val most : int

(** {1 Looking} *)

type event = { time_ns : int; core : int; kind : kind; subject : int; argument : int }

val capacity : unit -> int
(** Events that a core's buffer holds; 0 before the first {!start}. *)

val latest : int -> event list
(** The last so many events of all cores, in the order of time. To be called with recording off. *)

val latest_on : core:int -> int -> event list
(** The last so many of one core. *)

val recorded : unit -> int
(** Events of all cores since recording began. *)

val lost : unit -> int
(** How many of them newer ones have overwritten. *)
