(** The windows of a bus: which of its addresses are which of its parent's. Read once for each bus,
    then looked up in.

    Source: Devicetree Specification 0.4, sections 2.3.8 and 2.3.9. A bus has up to 256 windows. *)

type window = {
  child : Bus_address.t;  (** on the bus *)
  parent : Bus_address.t;  (** on the parent's *)
  size : int;  (** in bytes *)
  offset : int;  (** in the blob *)
}

type t =
  | Identity  (** the value is empty: every address is the same on both sides *)
  | Windows of window list  (** where they overlap, the first one counts *)

val read : Node.t -> string -> (t, Error.t) result option
(** What the bus has in its property [ranges] or [dma-ranges]; [None] when it lacks it. *)

val up : t -> Bus_address.t -> size:int -> Bus_address.t option
(** Where a stretch of the bus's addresses is on its parent; [None] when no window holds it all, or
    it is PCI configuration space. *)

val down : t -> Bus_address.t -> size:int -> Bus_address.t option
(** The other way. *)
