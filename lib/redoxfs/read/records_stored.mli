(** Where a file's records are stored. *)

val pointer : Store.t -> Block.t -> int -> (Pointer.t, Reason.t) result
(** [pointer store node record], by the node's pointers; null where nothing is stored. *)
