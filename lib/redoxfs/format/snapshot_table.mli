(** The snapshots of a file system: a chain of blocks, newest first.

    Previous block at 0, the number of entries at 16 (4 bytes), entries of 256 bytes from 256 on:
    tree 0, release list 16, free list 32, dead list 48, generation 64, seconds 72 (8 bytes each),
    nanoseconds 80, flags 84 (4 each), the name's length 95 (1), the name 96. *)

type entry = {
  name : string;
  time : Node.time;
  generation : int;  (** the commit that it is of *)
  tree : Pointer.t;
  releases : Pointer.t;
  free : Pointer.t;  (** what was free then: {!Allocation_list}s that are the snapshot's own *)
  dead : Pointer.t;
      (** what the snapshot before has and this one has no more: {!Allocation_list}s; may be null *)
  damaged : bool;  (** somebody who does not know of snapshots took some of it *)
  going : bool;  (** it is being deleted *)
}

type t = { previous : Pointer.t; entries : entry list  (** newest first *) }

val slots : int
(** 15. *)

val name_max : int
(** 160 bytes. *)

val parse : Block.t -> (t, Error.t) result
val print : t -> Buffer.t
(** @raise Invalid_argument when there are too many, or a name is too long. *)
