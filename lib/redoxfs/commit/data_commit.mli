(** A file's records, on their way to the device: compressed where that saves blocks, and the lists
    of pointers above them. *)

val write :
  Batch.t ->
  Batch.owner ->
  Inode.t ->
  stored:Block.t option ->
  kept:int ->
  Inode.changed Inode.Records.t ->
  into:Buffer.t ->
  (unit, Reason.t) result
(** Puts the changed records and the lists, frees what they replace, and what is stored from record
    [kept] on, and sets the pointers of a node that is [into]. *)

val free : Batch.t -> Block.t -> unit
(** Frees all that the node's pointers lead to. *)
