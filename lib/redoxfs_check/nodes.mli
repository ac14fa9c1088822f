(** The node tree and all nodes in it. *)

val check : Image.t -> Image.pointer -> released:int list -> unit
(** From its root. Reports flags that are not exact, nodes whose counts are wrong, names of nodes
    that don't exist, nodes that no name leads to (but the released ones), directories with two
    names. *)
