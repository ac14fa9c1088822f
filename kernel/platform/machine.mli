(** The machine: everything that firmware's description and the buses say there is. *)

type t = {
  source : string;  (** what described it *)
  buses : Pci_scan.node list;  (** what is on the first bus of each host bridge *)
  hardware : Drivers.Hardware.t list;  (** devices that a driver could have *)
  complaints : string list;  (** what made no sense, and was left out *)
}

val discover : unit -> t
(** Reads the device tree, else ACPI's tables ([platform=acpi] on the command line: those first),
    and what the command line names ({!Listed_devices});
    goes through the buses; gives addresses where firmware gave none. Once, in a fiber. *)
