(** Device trees as text, in the form of the Devicetree Source Format, version 1: what a compiler of
    that format turns into the same tree.

    Source: Devicetree Specification 0.4, chapter 6. *)

val pp : Format.formatter -> Tree.t -> unit
(** All of it, with its reservations. A property's value is shown as texts where it is printable,
    else as cells, else as bytes. *)
