(** Registers of Intel's 82574 and its relatives. Source: Intel 82574 GbE Controller Family
    Datasheet, section 10.2. *)

type t

val open_ : Device.t -> t
(** @raise Device.Failed when the window is too small. *)

val reset : Device.t -> t -> unit
(** Stops both directions and all interrupts, and resets; within a second.
    @raise Device.Failed when it does not come back. *)

val mac : t -> string option
(** As its memory has it, if it has one. *)

(** {1 Link} *)

val bring_link_up : t -> unit
val link_is_up : t -> bool

(** {1 Rings} *)

type direction = Receive | Send

val set_ring : t -> direction -> memory:Hal.Dma.t -> unit
(** Of descriptors of 16 bytes; empty. *)

val set_tail : t -> direction -> int -> unit
(** One behind the last that the device may use. *)

val start : t -> unit
(** Both directions: frames for its address, for all, and for groups; without their check sequence;
    received descriptors in the extended format. *)

val missed : t -> int
(** Frames that it had no room for since this was last asked. *)

(** {1 Interrupts} *)

type cause

val received : cause
val sent : cause
val link_changed : cause
val both : cause -> cause -> cause

val use_messages : t -> unit
(** [received] and [sent] send message 1, [link_changed] message 0. Else all raise the line. *)

val await : t -> cause -> unit
(** Lets it interrupt for these causes, and for no others; for those that came before, too. What has
    interrupted does so no more until this is called again, where it has messages. *)

val acknowledge : t -> bool
(** What it interrupted for: without messages, lowers the line. Whether the link had changed. *)
