(** The log of what is free: a chain from the newest block to the oldest. Replayed from the oldest
    entry on, it gives the free blocks.

    Previous block at 0, then 255 entries: index 8 bytes, count 8 (signed). *)

type entry = {
  index : int;
  count : int;  (** so many blocks from [index] on became free, or, below zero, used *)
}

type t = { previous : Pointer.t; entries : entry list  (** oldest first; none counts 0 *) }

val slots : int
(** 255. *)

val parse : Block.t -> (t, Error.t) result
val print : t -> Buffer.t
(** @raise Invalid_argument when there are too many entries. *)
