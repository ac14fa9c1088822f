(** Trees at random, without meaning. *)

val make : Random.State.t -> Flat.node
(** Up to some fifty nodes; names are unlike where they must be, values are texts, cells and bytes.
    *)

val blob : Random.State.t -> Flat.node -> string
(** The tree as a blob in one of its many forms: with NOPs anywhere, free space, any reservations,
    and names of properties that share their last letters. *)
