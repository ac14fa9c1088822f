(** Nodes that have no name any more but were open when this was written: the next mount removes
    them. A chain; previous block at 0, then 1020 ids of 4 bytes, 0 where there is none. *)

type t = { previous : Pointer.t; ids : int list }

val slots : int
(** 1020. *)

val parse : Block.t -> (t, Error.t) result
val print : t -> Buffer.t
(** @raise Invalid_argument when there are too many. *)
