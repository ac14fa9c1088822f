(** All tables of a machine, found from the root pointer on.

    A table that is bad, or listed twice, or overlaps another, is left out with an error that names
    it; the others are used. Only without any root table is there nothing.

    Source: ACPI 6.5, sections 5.2.5 to 5.2.8 and 5.2.11. *)

type t = {
  rsdp : Rsdp.t;
  root : Table.t;  (** the XSDT, or the RSDT *)
  tables : Table.t list;
      (** those that the root table lists, in its order, without the FACS, which has no checksum;
          then the DSDT that the FADT names *)
  errors : Error.t list;
}

val load : 'e Table.reader -> rsdp:int -> (t, Error.t) result
(** [rsdp] is the physical address of the root pointer. Reads each header and each table once. The
    XSDT is preferred; when it cannot be read, the RSDT is used. *)

val find : t -> string -> Table.t option
(** The table with this signature; the first, where several are allowed. *)

val read : t -> string -> (Table.t -> ('a, Error.t) result) -> ('a, Error.t) result
(** [read t "APIC" Madt.of_table]; an error says when there is no such table. *)

val definition_blocks : t -> Table.t list
(** What holds AML: the DSDT, then each SSDT and PSDT. Empty without a DSDT. *)

val pp : Format.formatter -> t -> unit
(** A line a table, then a line an error. *)
