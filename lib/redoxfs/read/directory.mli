(** Directories as they are stored: hashed trees of names. *)

type tree = {
  depth : int;
  root : Pointer.t;
  blocks : int;  (** of the tree: no question reads more *)
}

val of_node : Block.t -> Node.t -> (tree option, Reason.t) result
(** Nothing when it is empty. [Not_directory] of another node. *)

val bounded : Store.t -> tree -> Pointer.t -> (Block.t, Reason.t) result
(** [bounded store tree] is a reader of the tree's blocks, for one question: it reads no more of
    them than there are, whatever they say. *)

val find : Store.t -> tree -> string -> (int option, Reason.t) result
(** The node of this name. *)

type part = {
  entries : (string * int) list;  (** names and nodes, by {!Name.compare_hashed} *)
  upto : int;  (** all names are among them whose hash is not below [from], nor above this *)
}

val part : Store.t -> tree -> from:int -> (part, Reason.t) result
(** Names whose hash is not below [from]: a leaf's worth, a few where leaves share a hash. After the
    last one [upto] is 0xffffffff. *)
