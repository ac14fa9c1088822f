(** A host bridge: the root of a tree of PCI buses, as firmware's tables describe it. *)

type space = Io | Memory32 | Memory64

type window = {
  space : space;
  bus : int;  (** where it begins, for devices *)
  physical : int;  (** and for cores; of [Io] on x86 the port *)
  size : int;
}

type t = {
  name : string;
  segment : int;
  first_bus : int;
  last_bus : int;
  config : Pci_config.t;
  windows : window list;
      (** that devices may be given addresses in; empty where firmware has assigned all *)
  io_is_ports : bool;  (** x86: the processor's I/O ports are the bus's *)
  route :
    bus:int -> device:int -> function_:int -> pin:int -> (int * Hal.Interrupt.trigger) option;
      (** the interrupt that a pin (1 to 4) of a device on [first_bus] is wired to *)
}

val physical_of_bus : t -> space -> int -> int option
(** Where a core finds what has this address on the bus. The same address where no window says
    otherwise. *)
