(** The node tree, on its way to the device: all changed nodes at once. *)

val write :
  Batch.t -> Pointer.t -> (int * Pointer.t) list -> (Pointer.t, Reason.t) result
(** The tree's root with these nodes where these ids are, in ascending order; null removes one. What
    was there before is freed: the nodes' blocks, and the tree's. *)
