(** For tests of the nucleus: what no other code should ask for. *)

val tick : hz:int -> unit
(** Interrupts the calling core [hz] times a second until {!stop_ticks}. Each tick fills the handler
    stack and the integer registers with a pattern, so that an interrupt that touched its victim's
    stack or lost a register shows. At most 100,000. *)

val stop_ticks : unit -> int
(** Stops the calling core's ticks; how many there were. *)

val writable_code : unit -> int
(** Pages of the kernel's half that are writable and executable at once: none, one hopes. *)

val mapped_guards : unit -> string list
(** Stacks whose guard page can be touched, by name: none, one hopes. *)

val page_fault_survives : unit -> bool
(** Reads an address where nothing is, with a fix-up: true when the fault led to the fix-up. *)

val block_core : ns:int -> unit
(** Sleeps that long outside the OCaml runtime. *)

val frames_round_trip : bytes:int -> bool
(** Maps, touches and unmaps that much: true when exactly as many frames are free again. *)

val event : unit -> int
(** An event for tests alone. *)

val event_at : ns:int -> unit
(** A timer interrupt at that time of the monotonic clock, on this core, that records {!event}. *)

val wake_self : unit -> unit
(** What waking another core's loop costs its sender: the same, with this core as the other. *)

val mark_begin : unit -> unit
val mark_step : unit -> unit

val mark_end : unit -> unit
(** Three functions that do nothing, for who watches from outside which instructions are executed
    between them: bench/cores. *)

val spin : ns:int -> unit
(** Keeps the core busy in C, without a poll point. *)
