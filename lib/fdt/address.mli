(** Where nodes are in physical memory, and where memory is for them.

    Each address is taken through the [ranges] of every bus between the node and the root, whose
    addresses are the processor's. The work for one address is bounded: nodes nest up to 64 deep,
    and a bus has up to 256 windows.

    Source: Devicetree Specification 0.4, sections 2.3.8 and 2.3.9. *)

val regions : ?property:string -> Tree.t -> Node.t -> (Region.t, Error.t) result list
(** The entries of [reg], or of another property of that form, in order, as physical addresses. An
    entry is an error in its place when it cannot be read, or has no physical address: [Missing]
    names a bus without [ranges], [Not_mapped] one without a window that holds all of the entry. *)

val first : Tree.t -> Node.t -> (Region.t, Error.t) result
(** The first of them; [Missing] when there is none. *)

val physical :
  Tree.t -> bus:Node.t -> Bus_address.t -> size:int -> offset:int -> (int, Error.t) result
(** The physical address of a stretch of addresses on a bus. Errors name the offset. *)

val for_device : Tree.t -> Node.t -> Region.t -> (int, Error.t) result
(** The address by which a device reaches physical memory: through the [dma-ranges] of every bus
    above it. A bus that has none is taken to change nothing, as empty ones do. [Not_mapped] when
    the device cannot reach all of the region. *)

type window = {
  pci : Pci.t;  (** where it starts for PCI *)
  physical : int;  (** where it starts for the processor *)
  size : int;
}

val pci_windows : Tree.t -> Node.t -> (window, Error.t) result list
(** What a PCI host bridge (or any node with three address cells) forwards, from its [ranges]. *)
