(** Everything that a generation's node tree leads to, block by block. *)

type kind =
  | Tree of int  (** level *)
  | Node of int  (** with its id, as what follows *)
  | List of int  (** of pointers *)
  | Names of int

type visitor = {
  store : Store.t;
  read : Pointer.t -> (Block.t, Reason.t) result;  (** {!Store.block}, or what stands for it *)
  block : kind -> Pointer.t -> (bool, Reason.t) result;
      (** it was read, and is what it should be; whether to look under it *)
  record : int -> int -> Pointer.t -> (unit, Reason.t) result;
      (** of a node, which one, where; it is not read *)
  failed : kind -> Pointer.t -> Reason.t -> (unit, Reason.t) result;
      (** it, or something in it, cannot be read; what is under it is left out *)
  trusts_sizes : bool;
      (** whether a directory that has more blocks than its node says cannot be read *)
  skips_unknown : bool;
      (** whether what cannot be compared, since the old block cannot be read, is left out too *)
}

val tree : visitor -> Pointer.t -> than:Pointer.t -> (unit, Reason.t) result
(** All that this tree has and the other (null: an empty one) has not, in the same place: for what
    stays where it is, what is under it is not looked at. Ends with the first error of the visitor;
    and with one of its own when there is more to visit than the file system has blocks. *)

val node :
  visitor -> from:int -> than:Pointer.t -> int -> Pointer.t -> (unit, Reason.t) result
(** A node, and what is under it that another node ([than]) has not; of a file, records from this
    one on. *)
