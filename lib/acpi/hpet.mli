(** The High Precision Event Timer's table.

    Source: IA-PC HPET Specification 1.0a, section 3.2.4. *)

type t = {
  number : int;
  register : Generic_address.t;  (** the block's base *)
  vendor : int;  (** PCI vendor *)
  hardware_revision : int;
  nr_comparators : int;
  has_64_bits : bool;
  replaces_legacy : bool;  (** can take the routes of IRQ 0 and IRQ 8 *)
  minimum_tick : int;  (** for periodic interrupts without loss, in ticks *)
  page_protection : int;
}

val of_table : Table.t -> (t, Error.t) result
val pp : Format.formatter -> t -> unit
