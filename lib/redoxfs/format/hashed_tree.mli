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

val may_hold : int -> entry list -> entry list
(** Under which a name with this hash can stand: the first whose hash is not smaller, and more for
    as long as the one before has just this hash. *)

val print : entry list -> Buffer.t
(** @raise Invalid_argument when there are too many. *)
