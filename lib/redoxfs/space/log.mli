(** The allocation log, as a chain of {!Allocation_list}s on the device. *)

type t = {
  blocks : Pointer.t list;  (** newest first *)
  newest : Allocation_list.entry list;  (** of the newest block *)
  entries : int;  (** of all blocks *)
}

val read : Store.t -> Pointer.t -> (t * Extents.t, Reason.t) result
(** The chain that ends here, and what it says is free: everything is checked as it is replayed.
    Costs one read a block. *)
