(** All changes of a state become the next generation: blocks that nothing points to yet are
    written, then, after a flush, the header that points to them, then another flush. Until that
    header is whole on the device, the generation before is what a mount finds. *)

type failure =
  | Before of Reason.t  (** the device has nothing of it; it can be tried again *)
  | Unsure of Reason.t  (** the header may have reached the device, or not *)

type outcome = {
  state : State.t;  (** the new generation, without changes *)
  unused : Extents.t list;
      (** blocks that no generation needs any more that is kept, nor any reader: they can be
          discarded before anything is written *)
  damage : int;  (** parts that could not be freed since they are damaged: they are leaked *)
}

val run :
  ?change:Snapshot_commit.change ->
  ?stay:(int * Pointer.t) list ->
  Store.t ->
  State.t ->
  generation:int ->
  keep:int ->
  compact:bool ->
  (outcome, failure) result
(** [change] is made to the header and the snapshots when all other changes are known. [stay]:
    nodes that are where they were, for a tree that is made anew; ascending. [keep] generations
    before the new one can still be mounted after it: what it frees is held for so long, but given
    up when room is scarce. [compact] writes the allocation log anew. *)
