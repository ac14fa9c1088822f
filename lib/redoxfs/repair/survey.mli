(** What a node tree has, all of it, as far as it can be read: every block that it leads to, every
    node, and what is wrong with them. *)

type node = {
  pointer : Pointer.t;
  node : Node.t;
  mutable blocks : int;  (** with its own, as they were counted *)
  mutable behind : bool;  (** it has records that its size does not reach *)
}

type about = Of_node of int | Of_file_system
type note = { about : about; text : string }

type t = {
  nodes : (int, node) Hashtbl.t;
  used : Block_set.t;
  mutable tree_is_wrong : bool;  (** its flags, or blocks of it that cannot be read *)
  lost_nodes : (int, unit) Hashtbl.t;  (** they are in the tree, but cannot be read *)
  lost_names : (int, unit) Hashtbl.t;  (** directories of which blocks cannot be read *)
  mutable is_damaged : bool;  (** something cannot be read *)
  mutable notes : note list;  (** newest first *)
}

val run : Store.t -> Pointer.t -> used:Block_set.t -> data:bool -> (t, Reason.t) result
(** Of the tree with this root; all that it has joins [used]. [data]: records are read, too. An
    error is the device's, or that the tree is larger than the file system. *)

val mark : Block_set.t -> Pointer.t -> bool
(** Adds what the pointer leads to, which must be within the file system; whether that is new. *)
