(** The System Locality Information Table: the distances between proximity domains.

    Source: ACPI 6.5, section 5.2.17. *)

type t

val of_table : Table.t -> (t, Error.t) result
(** An error when the matrix is larger than the table, or a domain is not at distance 10 from
    itself. *)

val nr_domains : t -> int

val distance : t -> from:int -> int -> int option
(** 10 is local; [None] for unreachable (255) and for domains that the table does not have. *)

val pp : Format.formatter -> t -> unit
