(** Lists of runs of blocks on the device: chains of {!Allocation_list}s whose entries all count up.
    They are read a block at a time, the newest first. *)

type block = { previous : Pointer.t; runs : Allocation_list.entry list }

val read : Store.t -> Pointer.t -> (block, Reason.t) result
(** All runs are within the file system. *)

val fold : Store.t -> (Pointer.t -> block -> 'a -> 'a) -> Pointer.t -> 'a -> ('a, Reason.t) result
(** The chain that ends here; null is an empty one. *)

val extents : Store.t -> Pointer.t -> (Extents.t, Reason.t) result
(** All of its runs, which share nothing. *)
