(** What firmware's namespace says: devices that no bus finds, and how PCI's pins are wired. *)

type host = {
  segment : int;
  bus : int;  (** the first *)
  last_bus : int;
  ecam : int option;  (** [_CBA]: where its configuration space is, where MCFG does not say *)
  windows : Pci_host.window list;
  wiring : ((int * int) * (int * Hal.Interrupt.trigger)) list;
      (** device and pin (1 to 4), and the interrupt *)
}

type t = { hosts : host list; devices : Drivers.Hardware.t list; complaints : string list }

val read : Acpi.Tables.t -> config:(int -> Pci_config.t option) -> t
(** Loads the definition blocks and asks. In a fiber, once. *)
