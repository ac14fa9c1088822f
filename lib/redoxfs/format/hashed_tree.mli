(** An inner block of a directory: up to 204 entries (largest hash of the names under it 4 bytes,
    pointer 16), sorted; those that are not used have the hash ffffffff and a null pointer, and come
    last.

    Names of one hash may be spread over neighbours. *)

type entry = { hash : int; pointer : Pointer.t }

val slots : int
(** 204. *)

val no_hash : int
(** ffffffff, which no name has. *)

val entries : Block.t -> (entry list, Error.t) result
(** Those that are used. *)

val entry : Block.t -> int -> (entry, Error.t) result
(** Of a slot; null where it is not used. It must not be out of order with the one before. *)

val first : Block.t -> from:int -> int
(** The first slot whose hash is not below [from], or {!slots}. Those that are not used count as the
    largest hash. A name can stand under this slot, and under more for as long as the one before has
    just its hash. *)

val print : entry list -> Buffer.t
(** @raise Invalid_argument when there are too many. *)
