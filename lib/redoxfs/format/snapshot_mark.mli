(** What a header's padding says of snapshots, which are no part of the format: whoever does not
    know of them copies the padding from header to header, and its generation stays behind.

    Offsets in the padding: "BctSnap1" 0, generation 8, {!Snapshot_table} 16, dead list 32. *)

type t = {
  generation : int;  (** of the last header that was written by who knows of snapshots *)
  table : Pointer.t;  (** the newest block *)
  dead : Pointer.t;  (** what went since the newest snapshot: {!Allocation_list}s; may be null *)
}

val get : Header.t -> (t option, Error.t) result
(** Nothing where the padding is not ours. *)

val set : t option -> Header.t -> Header.t
(** Foreign padding stays when there is nothing to say. *)
