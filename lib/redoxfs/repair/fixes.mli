(** What of the live file system is to be written anew. *)

type t = {
  nodes : Inode.t option State.Ids.t;  (** as they should be; nothing where one is lost *)
  others : (int * Pointer.t) list option;
      (** the tree is made anew: of these nodes, that stay, and of those *)
  released : int list option;  (** the list of released nodes is to be this *)
  notes : Survey.note list;
}

val is_none : t -> bool

val find :
  Store.t -> Survey.t -> Lineage.t -> released:int list option -> now:Node.time -> t
(** [released]: what the list has, where it can be read. What no name leads to gets one in
    [/lost+found]. *)
