(** Disks by AHCI: each port of a host bus adapter that has one. A port has a fiber of its own; one
    more hears the interrupt that all share. Source: Serial ATA AHCI 1.3.1. *)

val driver : Driver.t
