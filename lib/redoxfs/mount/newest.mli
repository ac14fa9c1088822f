(** The newest generation of a ring that can be read. *)

type skipped = { generation : int; reason : Reason.t }

type found = {
  store : Store.t;
  keys : Keys.t option;  (** where it is encrypted *)
  header : Header.t;
  log : Log.t;
  free : Extents.t;
  skipped : skipped list;  (** newer generations, that are damaged; newest first *)
  next_generation : int;  (** newer than all that there are *)
}

val find :
  ?verify:(Store.t -> Header.t -> older:Header.t list -> (Log.t * Extents.t, Reason.t) result) ->
  Device.t ->
  Ring.t ->
  keep:int ->
  unlock:Unlock.t ->
  cache_blocks:int ->
  (found, Reason.t) result
(** Each generation is verified ([verify], {!Verify.quick} without), against the one before it and
    the oldest of the [keep] before it that are there. What the device cannot read ends the search:
    it may be able to the next time; so do keys that nobody gives. *)
