(** For tests of interrupt controllers: raises real interrupts, and watches one of them at a time.
    Interrupts have the numbers of [nucleus/include/irq.h]; where a call can fail it answers 0, or
    one of its errors, below 0. *)

(** {1 Errors} *)

val einval : int
val ebusy : int
val enospc : int
val enotsup : int

(** {1 Watching one} *)

(** What the handler does besides counting: *)
type manner =
  | Claim  (** nothing; it says that the device had something to say *)
  | Silence  (** the same, and silences the alarm *)
  | Disown  (** nothing; it says that there was nothing to do *)
  | Linger  (** the same as [Silence], and it does not end before {!let_go}, but within a second *)
  | Silence_late  (** as [Claim] twice, then as [Silence] *)

val watch : int -> manner -> Interrupt.trigger -> int
(** Installs the handler, and forgets what was seen before. *)

val unwatch : unit -> unit
(** Removes it. *)

val seen : unit -> int
(** How often it was called. *)

val seen_on : unit -> int
(** The core that it ran on last. *)

val was_entered : unit -> bool
(** Whether it was called; it may still run. *)

val is_inside : unit -> bool
(** Whether it runs. *)

val let_go : after_ns:int -> unit
(** A lingering handler ends then. *)

val route : int -> int
(** Sends the interrupt to this core from now on. *)

val mask : unit -> unit
val unmask : unit -> unit

val raise_ : int -> int
(** Makes an interrupt, watched or not, pending by software. *)

type figures = { count : int; unclaimed : int; storms : int; core : int; masked_by_storm : bool }

val figures : int -> figures
val strays : unit -> int

(** {1 The alarm}

    A device that interrupts when it is told to. *)

val alarm : unit -> (int * Interrupt.trigger) option
(** Its line; [None] when the machine has no such device. *)

val ring : unit -> unit
val silence : unit -> unit

val alarm_by_message : bool -> bool
(** Has it send the message that was allocated last, or use its line again; [false] when it
    can't. *)

(** {1 Messages} *)

val message : device:int -> core:int -> (int, int) result
(** Allocates one. *)

val free_message : int -> unit

val store_message : unit -> bool
(** Writes the data of the message that was allocated last to its address, as a device would. Not
    all controllers take that from a core. *)

(** {1 Timers} *)

val deadline : after_ns:int -> int
(** Sets the calling core's timer, and waits: nanoseconds from the deadline until it fired, or
    [max_int] when it did not within a second. *)
