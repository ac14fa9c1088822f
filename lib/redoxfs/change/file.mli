(** The data of files and symbolic links, as it is now: in the node, in records as committed, and in
    records that are changed.

    Whatever stands behind the size, in the last record or in records that the size does not reach,
    is garbage on the device: it is never read, and is zeros when the size grows over it. *)

type slice = { buffer : Buffer.t; at : int; length : int }

val read : Store.t -> Inode.t -> offset:int -> slice -> (int, Reason.t) result
(** How many bytes were read: fewer than the slice has only at the end. [Is_directory], of one. *)

val write :
  Store.t -> State.t -> Inode.t -> offset:int -> slice -> (State.t * Inode.t, Reason.t) result
(** All of the slice; the size grows to its end. The state has the space that it takes, the inode is
    still to be {!State.set}. *)

val truncate : Store.t -> State.t -> Inode.t -> size:int -> (State.t * Inode.t, Reason.t) result
(** The size is this from now on; new bytes are zeros and take no space. *)

val drop_changes : State.t -> Inode.t -> State.t
(** Gives back what its changed records took. *)

val set_record_level : Inode.t -> int -> (Inode.t, Reason.t) result
(** Of a file without records; 0 to 5. [Not_empty] of another. *)
