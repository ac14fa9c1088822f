(** What [reg] says: where a node is on the bus that it is on.

    Source: Devicetree Specification 0.4, section 2.3.6. *)

type entry = {
  cells : Cells.t;  (** the address as it stands there *)
  address : Bus_address.t;
  size : int;  (** 0 where the bus has no sizes *)
}

val entries : ?property:string -> Node.t -> (entry, Error.t) result list
(** The entries of [reg], or of another property of that form, in order; of a node without it, none.
    An entry that cannot be read is an error in its place, and so is all of a value that is not made
    of entries. The root is on no bus, so its [reg] is [Misplaced]. *)

val unit_address : Node.t -> Cells.t option
(** The cells of the first address, as interrupt maps look for them; [None] when there is none. *)
