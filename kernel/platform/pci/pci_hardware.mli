(** PCI functions as {!Drivers.Hardware}. *)

val of_node : has_messages:bool -> Pci_scan.node -> Drivers.Hardware.t
(** [has_messages]: the machine takes messages. *)
