(** Message-signalled interrupts of a PCI function: MSI-X, else one message by MSI.
    Sources: PCI Local Bus Specification 3.0, section 6.8; PCI Express Base Specification 5.0,
    section 7.7. *)

type t

val find : Pci_function.t -> window:(int -> (Hal.Registers.t, string) result) -> t option
(** [None] when it has neither, whole. [window] gives a base address register's. *)

val count : t -> int
(** Messages that it can send. *)

val set : t -> int -> address:int -> data:int -> (unit, string) result
(** Lets it send this message from now on. Its line is not used any more. *)

val clear_all : t -> unit
(** It sends none. *)
