(** PCI addresses as device trees write them: three cells.

    Source: PCI Bus Binding to IEEE Std 1275, revision 2.1, section 2.2.1.1. *)

type space = Configuration | Io | Memory32 | Memory64

type t = {
  space : space;
  prefetchable : bool;
  bus : int;
  device : int;
  function_ : int;
  register : int;  (** in configuration space *)
  at : int;  (** the address in its space, below 2{^62} *)
}

val of_cells : Cells.t -> (t, Error.t) result
(** [Bad_size] unless there are three cells; [Too_large] for an address that does not fit. *)

val function_cells : bus:int -> device:int -> function_:int -> int list
(** The address of a function's configuration space. *)

val pp : Format.formatter -> t -> unit
(** [memory 0x10000000], [io 0x1000], [00:1f.2]. *)
