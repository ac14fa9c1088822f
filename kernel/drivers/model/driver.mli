(** A driver: which devices it is for, and what it does with one. *)

type t = {
  name : string;  (** ["virtio-blk"] *)
  matches : Hardware.identity -> bool;
  start : Device.t -> unit;
      (** brings the device up, offers what it does (a disk, a network interface, ...), and returns
          when others may use it; its fibers ({!Device.spawn}) go on. In a fiber of its own, which
          is given ten seconds *)
}

val pci_class : int -> mask:int -> Hardware.identity -> bool
(** Whether it is a PCI device whose class code agrees in the bits of the mask. *)

val pci_ids : (int * int) list -> Hardware.identity -> bool
(** Whether it is a PCI device of one of these vendors and devices. *)

val compatible : string list -> Hardware.identity -> bool
(** Whether device tree or ACPI call it one of these. *)
