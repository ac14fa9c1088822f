(** A device as the platform found it: how it is told apart, and how to get at its parts. Values of
    this type are made by [kernel/platform], and by tests that play devices themselves. Drivers
    never see one: they are given a {!Device}. *)

type identity =
  | Pci of {
      vendor : int;
      device : int;
      revision : int;
      class_code : int;  (** base class, subclass, interface: [0x010802] is NVMe *)
      subsystem_vendor : int;
      subsystem : int;
    }
  | Compatible of string list  (** of a device tree, the most special first *)
  | Acpi of string list  (** [_HID], then [_CID]s *)
  | Virtio of int  (** on no bus: its type, as its registers say *)
  | Named of string  (** what has no bus: the boot framebuffer, devices in memory *)

val pp_identity : Format.formatter -> identity -> unit

type window =
  | Registers of Hal.Registers.t
  | Memory of Hal.Dma.t  (** of the device's own: a framebuffer *)

type t = {
  name : string;  (** as people call it: ["pci 00:03.0"], ["virtio-mmio a003e00"] *)
  identity : identity;
  windows : (unit -> (window, string) result) array;
      (** by base address register, or by place in [reg] or [_CRS]; mapped when first asked for *)
  config : Hal.Registers.t option;  (** of PCI: read-only *)
  messages : int;  (** interrupts that it can send as messages; 0: it has only its line *)
  claim :
    message:int option -> core:int -> bell:Sched.Bell.t -> name:string -> (Line.t, string) result;
      (** the line, or the message of this number *)
  dma_limit : int;  (** it reaches memory below this address: [max_int] for all *)
  enable : unit -> unit;  (** it may answer to its registers, and reach memory *)
  disable : unit -> unit;
      (** it interrupts no more and reaches no more memory, whatever it does itself. What has no
          such switch is left to its driver's reset *)
  is_gated : bool;  (** [disable] does that *)
}
