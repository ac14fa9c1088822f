(** How resource templates are made of descriptors, whatever these say.

    Source: ACPI 6.5, section 6.4.1. *)

type descriptor = {
  offset : int;  (** of its first byte *)
  kind : int;  (** a small item's name in its bits 3 to 6, a large item's whole first byte *)
  data : int;  (** offset of the bytes behind its header *)
  length : int;  (** of these bytes *)
}

val next : string -> int -> descriptor option
(** The descriptor at an offset; [None] unless all of it is there. *)

val is_end : descriptor -> bool

val end_tag : string -> int option
(** Where the end tag stands, when everything before it is descriptors. *)
