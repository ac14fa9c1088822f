(** Where messages and DMA of a device go, which it marks with its requester id (of PCI: bus, device
    and function in 16 bits): tables from ranges of ids to controllers.

    Sources: bindings pci/pci-msi.txt, pci/pci-iommu.txt and interrupt-controller/msi.txt. *)

type target = {
  controller : Node.t;
  id : int;  (** what the requester is to the controller: the device id of an ITS, the stream of an
                 IOMMU *)
}

val msi : Tree.t -> Node.t -> int -> (target option, Error.t) result
(** By a host bridge's [msi-map]; a bridge without one sends all to its [msi-parent] under the ids
    that they have. [None] when the messages of this requester go nowhere. *)

val iommu : Tree.t -> Node.t -> int -> (target option, Error.t) result
(** By a host bridge's [iommu-map]; [None] when the requester is behind no IOMMU. *)

type parent = { node : Node.t; specifier : int list }

val msi_parents : Tree.t -> Node.t -> (parent list, Error.t) result
(** The controllers that a device other than a PCI host bridge can send messages to, each with as
    many cells as its [#msi-cells], none when it does not say. *)
