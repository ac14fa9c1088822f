(** Trees compared, and put through another compiler. *)

val tree : Flat.node -> Fdt.Node.t -> unit
(** That a node is what was written, with all below it, in order. *)

val trees : Fdt.Node.t -> Fdt.Node.t -> unit
(** That two nodes say the same, with all below them. *)

val compiled : Fdt.Tree.t -> unit
(** That the tree as text, compiled by [dtc], is the same tree with the same reservations. *)
