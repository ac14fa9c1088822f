(** What one of firmware's descriptions says that there is. *)

type t = {
  source : string;  (** ["device tree"], ["ACPI"] *)
  hosts : Pci_host.t list;
  devices : Drivers.Hardware.t list;  (** all but those of PCI *)
  complaints : string list;  (** what of it made no sense: left out *)
}

val nothing : string -> t
(** Of this source. *)
