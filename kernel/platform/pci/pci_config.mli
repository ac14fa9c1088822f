(** Ways to PCI configuration space.

    Sources: PCI Local Bus Specification 3.0, sections 3.2.2.3 and 6; PCI Express Base Specification
    5.0, section 7.2. *)

type t

val ecam : Hal.Registers.t -> first_bus:int -> t
(** A window of memory with 1 MiB for each bus, from [first_bus] on. *)

val ports : Hal.Registers.t -> t
(** The eight ports from 0xcf8 on, of x86: 256 bytes for each function. *)

val space : t -> Pci_address.t -> Hal.Registers.t option
(** One function's, present or not: reading what is not there gives ones. [None] when the bus is not
    reached. *)
