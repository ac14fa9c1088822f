(** What firmware's own code (AML) may touch, and how: memory that it names, I/O ports, and PCI
    configuration space. *)

val make : config:(int -> Pci_config.t option) -> Aml.Handlers.t
(** [config] gives the configuration space of a PCI segment. *)
