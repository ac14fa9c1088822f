(** The windows of a bus: which of its addresses are which of its parent's. Read once for each bus,
    then looked up in, in logarithmic time.

    Source: Devicetree Specification 0.4, sections 2.3.8 and 2.3.9. A bus has up to 256 windows. *)

type window = {
  child : Bus_address.t;  (** on the bus *)
  parent : Bus_address.t;  (** on the parent's *)
  size : int;  (** in bytes *)
  offset : int;  (** in the blob *)
}

type t

val read : Node.t -> string -> (t, Error.t) result option
(** What the bus has in its property [ranges] or [dma-ranges]; [None] when it lacks it. *)

val windows : t -> window list
(** As listed; none when the value is empty, which says that every address is the same on both
    sides. *)

val up : t -> Bus_address.t -> size:int -> Bus_address.t option
(** Where a stretch of the bus's addresses is on its parent, by the first window that holds the
    first of them; [None] when it does not hold them all. PCI's configuration space is never mapped.
    *)

val down : t -> Bus_address.t -> size:int -> Bus_address.t option
(** The other way. *)
