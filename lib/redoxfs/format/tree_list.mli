(** A block of the node tree: 254 pointers, then 256 bits. The tree has four levels; a node's id is
    four indexes of 8 bits, the root's first, so none of them is above 253.

    At level 0 pointers are nodes, and a bit says that the slot is taken; above, that everything
    under it is. Id 0 is no node, but counts as taken; the root directory is 1. The bits must be
    exact, and the top two zero. *)

val slots : int
(** 254. *)

val levels : int
(** 4; the root's level is 3. *)

val ids_of_level : int -> int
(** How far apart the ids of neighbouring slots are. *)

val slot_of_id : level:int -> int -> int

val is_id : int -> bool
(** Whether a node can have it. *)

val pointer : Block.t -> int -> (Pointer.t, Error.t) result
val set_pointer : Buffer.t -> int -> Pointer.t -> unit
val is_full : Buffer.t -> int -> bool
val set_full : Buffer.t -> int -> bool -> unit
val all_full : Buffer.t -> bool
val all_null : Buffer.t -> bool

val first_free : Buffer.t -> from:int -> int option
(** The first slot from there on that is not full. *)
