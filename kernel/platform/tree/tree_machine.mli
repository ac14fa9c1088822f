(** The machine as a device tree describes it. *)

val find : Hal.Machine.contents -> (Found.t, string) result
(** Every enabled node that names what it is compatible with and has registers; and the PCI host
    bridges with configuration space in memory. The error says what is wrong with the blob. *)
