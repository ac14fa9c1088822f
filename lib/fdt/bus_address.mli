(** An address on some bus, in the form that the bus's [#address-cells] give it. *)

type t =
  | Plain of int  (** of up to two cells, or more that start with zeroes; below 2{^62} *)
  | Pci of Pci.t  (** of three cells *)

val of_cells : Cells.t -> (t, Error.t) result
(** [Too_large] when it does not fit. *)

val at : t -> int
(** The number; of a PCI address, without its space. *)

val move : t -> int -> t
(** The address this far behind it. *)

val same_space : t -> t -> bool
(** Whether they are of one form, and, of PCI, in one space. *)

val pp : Format.formatter -> t -> unit
