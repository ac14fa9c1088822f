(** The node tree: from ids to nodes. *)

val find : Store.t -> Pointer.t -> int -> (Pointer.t, Reason.t) result
(** [find store root id] is where the node is; [No_entry] when there is none. *)

val free_id : Store.t -> Pointer.t -> from:int -> (int, Reason.t) result
(** The smallest id from there on that no node has; [Too_many] when there is none. *)
