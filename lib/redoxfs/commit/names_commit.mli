(** A directory's hashed tree, on its way to the device: all changed names at once, so that each
    block is read and written once. *)

val write :
  Batch.t ->
  Batch.owner ->
  Directory.tree option ->
  int option Inode.Names.t ->
  ((int * Pointer.t) option, Reason.t) result
(** Depth and root of the tree with the changes made; nothing when no name is left. *)

val free : Batch.t -> Directory.tree -> unit
(** Frees all of the tree's blocks. *)
