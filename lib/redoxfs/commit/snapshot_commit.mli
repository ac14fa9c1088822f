(** Snapshots, on their way to the device. *)

type change = Batch.t -> Header.t -> Snapshots.t -> (Header.t * Snapshots.t, Reason.t) result
(** What a commit does to snapshots, and to the tree that it is about to store. *)

val make : name:string -> time:Node.time -> change
(** One more, of the very tree that is stored. *)

val going : string -> change
(** The one of this name is about to be deleted: nobody finds it any more. *)

val delete_part : Store.t -> before:Pinned.t -> blocks:int -> change
(** The one that is going: so many blocks of the next one's dead list are looked through, and what
    the snapshots before ([before]) do not need is free. With the last of them the snapshot is
    gone. *)

val roll_back : Store.t -> Log.t -> Snapshots.entry -> pinned:Pinned.t -> change
(** The tree is what it was in the snapshot. All that came after it is free, with the snapshots that
    are newer. [Damaged] when some of the snapshot's blocks of pointers cannot be read. *)

val put_runs : Batch.t -> Pointer.t -> Allocation_list.entry list -> (Pointer.t, Reason.t) result
(** A list of runs, before which another one stands. *)

val free_chain : Batch.t -> Pointer.t -> (unit, Reason.t) result
(** The blocks of such a list. *)

val mark_releases : Store.t -> Block_set.t -> Pointer.t -> (unit, Reason.t) result
(** Adds the blocks of a list of released nodes. *)

val write : change
(** The last: the dead list has what the batch has for it, the table and the header say what there
    is. *)
