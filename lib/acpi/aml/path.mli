(** Where an object stands in the namespace.

    Source: ACPI 6.5, sections 5.3 (namespace) and 20.2.2 (name objects encoding). *)

type t = string list
(** Segments from the root on, four characters each, padded with [_]; the root is []. *)

val of_string : string -> t option
(** From a text as ["\\_SB.PCI0"]; the backslash may lack, short segments are padded. [None] when it
    is no path. *)

val to_string : t -> string
(** With the backslash, without padding. *)

val pp : Format.formatter -> t -> unit

(** {1 Names as AML has them}, relative to a scope *)

type name = { from_root : bool; nr_parents : int; segments : string list }

val name_to_string : name -> string
val is_lead : char -> bool
(** May begin a segment. *)

val is_segment : string -> bool

val of_name : string -> name option
(** From a text of ASL: prefixes [\ ] or [^], then segments. *)
