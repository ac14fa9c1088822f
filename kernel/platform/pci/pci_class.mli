(** What PCI class codes mean, in words.
    Source: PCI Code and ID Assignment Specification 1.11, chapter 1. *)

val name : int -> string
(** Of a 24-bit class code: ["Ethernet controller"]; the base class's when the subclass is not
    known, and the code itself when that isn't either. *)
