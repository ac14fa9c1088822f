(** The Root System Description Pointer, from where all other tables are found.

    Source: ACPI 6.5, section 5.2.5.3. *)

type t = {
  address : int;
  revision : int;  (** 0: ACPI 1.0, with the 32-bit RSDT alone; 2 and more: an XSDT as well *)
  oem_id : string;
  rsdt : int option;  (** addresses *)
  xsdt : int option;
}

val read : 'e Table.reader -> int -> (t, Error.t) result
(** The structure at this physical address. Both its checksums must be right; an extended part with
    a wrong one counts as absent when the RSDT is there. *)

val find : 'e Table.reader -> address:int -> length:int -> t option
(** The first good one at a 16-byte boundary of a range, as firmware of PCs without UEFI leaves it
    in the first KiB of the extended BIOS data area or in 0xe0000 to 0xfffff. *)

val pp : Format.formatter -> t -> unit
