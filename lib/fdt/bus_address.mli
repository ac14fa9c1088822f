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

type space = Physical | Configuration | Io | Memory

val space : t -> space
(** [Physical] is that of plain addresses; both widths of PCI's memory are one space. Addresses of
    different spaces cannot be compared. *)

val pp : Format.formatter -> t -> unit
