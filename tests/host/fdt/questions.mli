(** All that can be asked of a tree, whatever it says. *)

val read : string -> (Fdt.Tree.t, Fdt.Error.t) result
(** Reads a blob. Fails when an error's offset is outside of it. *)

val ask : string -> Fdt.Tree.t -> unit
(** Asks everything of every node of the blob's tree. Fails when an answer breaks a promise: numbers
    below 0 or beyond an [int], errors outside of the blob or in unprintable words, nodes that are
    not where they say they are. *)
