(** One table that stands in memory: its header, and its bytes with the checksum right.

    Source: ACPI 6.5, section 5.2.6 (System Description Table Header). *)

type t = {
  signature : string;  (** four characters *)
  address : int;
  revision : int;
  oem_id : string;
  oem_table_id : string;
  oem_revision : int;
  creator_id : string;
  creator_revision : int;
  bytes : string;  (** all of it, the header included *)
}

type 'e reader = address:int -> length:int -> (string, 'e) result
(** Gives a copy of physical memory. A string of another length than asked counts as an error. *)

val header_size : int
(** 36 bytes. *)

val read_header : 'e reader -> int -> (t, Error.t) result
(** The header at this address alone ([bytes] is the header), with a length that is possible: no
    table is longer than 16 MiB. *)

val declared_length : t -> int
(** What the header says. *)

val read : 'e reader -> t -> (t, Error.t) result
(** The whole table of a header, its checksum checked. *)

val of_bytes : address:int -> string -> (t, Error.t) result
(** A table from a copy of it, checked in the same way; bytes after its end are left out. *)

val part : t -> Part.t
val expect : t -> string -> (unit, Error.t) result
(** That the signature is this one. *)

val sums_to_zero : string -> bool
val pp : Format.formatter -> t -> unit
