(** Finding what is on the buses of a host bridge.

    Bridges that firmware gave no bus numbers get them. A bridge whose numbers make no sense (a bus
    that was seen already, or outside of its parent's) is left alone, with what is behind it. *)

type node = {
  host : Pci_host.t;
  parent : node option;  (** the bridge *)
  f : Pci_function.t;
  mutable children : node list;  (** of a bridge: what is on its bus *)
}

val scan : Pci_host.t -> node list
(** What is on the first bus. In the order of device and function. *)

val all : node list -> node list
(** With what is below: parents first. *)

val requester_id : node -> int
(** What the host bridge sees as the sender of what the function writes to memory, messages
    included: its own address, or that of the last bridge above that passes it on as its own.
    Source: PCI Express to PCI/PCI-X Bridge Specification 1.0, section 2.3. *)

val interrupt : node -> (int * Hal.Interrupt.trigger) option
(** What the function's pin is wired to, through the bridges above.
    Source: PCI-to-PCI Bridge Architecture Specification 1.2, section 9.1. *)
