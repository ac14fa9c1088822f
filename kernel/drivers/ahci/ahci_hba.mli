(** An AHCI host bus adapter: what it can, taking it over from firmware, resetting it, and which of
    its ports interrupt. Source: Serial ATA AHCI 1.3.1, sections 3.1, 10.1, 10.4.3 and 10.6. *)

type t

val open_ : Device.t -> t
(** @raise Device.Failed when its registers are too few. *)

val reset : t -> unit
(** Takes it over, and resets it with all of its ports, without interrupts.
    @raise Device.Failed when it does not end within a second. *)

val ports : t -> int list
(** That are there, by number. *)

val port : t -> int -> Hal.Registers.t
(** The port's own registers. *)

val slots : t -> int
(** Commands that a port may have. *)

val has_queued : t -> bool
(** Native command queueing. *)

val reaches_all : t -> bool
(** Addresses beyond 4 GiB. *)

val allow_interrupts : t -> unit

val interrupting : t -> int
(** A bit for each port that interrupts. *)

val acknowledge : t -> int -> unit
(** For these, when their own reasons are gone. *)
