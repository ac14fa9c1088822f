(** Identifiers of devices, as [_HID] and [_CID] give them.

    Source: ACPI 6.5, sections 6.1.2, 6.1.5 and 19.3.4 (EISA ids). *)

val of_eisa : int64 -> string
(** The seven characters that 32 bits stand for: ["PNP0A08"] from 0x080ad041. *)

val of_value : Value.t -> string list
(** From a string, an EISA id, or a package of these; what is none of them is left out. *)

val host_bridges : string list
(** Those of PCI and PCI Express host bridges. *)
