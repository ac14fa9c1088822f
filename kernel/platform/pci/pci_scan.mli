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

val interrupt : node -> (int * Hal.Interrupt.trigger) option
(** What the function's pin is wired to, through the bridges above.
    Source: PCI-to-PCI Bridge Architecture Specification 1.2, section 9.1. *)
