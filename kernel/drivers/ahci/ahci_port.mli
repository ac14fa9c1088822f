(** A port of an AHCI host bus adapter: its link, its device, and the engine that runs commands from
    32 slots. Source: Serial ATA AHCI 1.3.1, sections 3.3, 4.2, 6.2 and 10. *)

type t

val spin_up : Ahci_hba.t -> int -> unit
(** Has the port of this number look for a device. *)

val has_presence : Ahci_hba.t -> int -> bool
(** A device was heard. *)

val has_link : Ahci_hba.t -> int -> bool

val create : Device.t -> Ahci_hba.t -> int -> t
(** With memory for commands and for what the device answers. The adapter has been reset. *)

val number : t -> int
val slots : t -> int

val is_disk : t -> bool
(** What is there is ready, and signs as a disk. Waits for it to become ready, some seconds at most;
    [false] when it does not. *)

val start : t -> unit
(** Commands may be issued.
    @raise Device.Failed when the engine does not run. *)

(** {1 Commands} *)

val table : t -> Hal.Dma.t
(** Memory of all slots' commands. *)

val table_at : int -> int
(** Where a slot's begins there. *)

val table_address : t -> int -> int
(** To the device. *)

val describe : t -> int -> write:bool -> regions:int -> unit
(** The slot's command table holds a command, with so many regions of memory. *)

val check_reach : t -> int -> unit
(** Of a command's memory, which ends at this address.
    @raise Device.Failed when the adapter does not reach it. *)

val issue : t -> queued:int -> int -> unit
(** These slots, as bits: [queued] are those of them that go to the device's own queue. *)

val in_work : t -> queued:bool -> int
(** Slots that are not finished, when they are of this kind. *)

val moved : t -> int -> int
(** Bytes that the slot's command moved, as the adapter says when it is finished. Not of queued
    ones. *)

val run_alone : t -> int -> within_ns:int -> bool
(** Issues a command that is not queued, while there is no other, and waits: whether it succeeded.
    Without interrupts. *)

(** {1 Interrupts} *)

val listen : t -> unit
(** The port interrupts from now on for what comes. *)

val hush : t -> unit

type event =
  | Nothing
  | Progress  (** commands may have finished *)
  | Broken  (** one has failed: nothing goes on before {!restart} *)
  | Unplugged

val take_event : t -> event
(** What came since the last time. When it is [Nothing], what comes next interrupts, if it then
    {!listen}s. *)

val failed_slot : t -> int
(** After [Broken]: that which was running, of commands that were not queued. *)

val is_disk_error : t -> bool
(** After [Broken]: the disk says that it failed; else its link did, or the adapter. *)

val restart : t -> unit
(** Stops the engine and starts it anew: no command is in work. Resets the disk if need be.
    @raise Device.Failed when it stays dead. *)

val reset : t -> unit
(** The same, with the disk in any case. *)
