(** Addresses for devices where firmware assigned none, as when a loader starts us directly.

    What a bus needs lies in one piece of its parent's, largest first; a bridge forwards whole
    mebibytes of memory and 4 KiB of ports.
    Source: PCI-to-PCI Bridge Architecture Specification 1.2, sections 3.2.5.6 to 3.2.5.10. *)

type error = { address : Pci_address.t; bar : int; size : int }
(** There is no room for this. *)

val pp_error : Format.formatter -> error -> unit

val is_needed : Pci_scan.node list -> bool
(** No device below has an address for any register. *)

val assign : Pci_host.t -> Pci_scan.node list -> Pci_scan.node list * error list
(** The same nodes, with addresses. What does not fit is left without. *)
