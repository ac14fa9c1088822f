(** The names in a directory, as they are now: as committed, and what was changed since. *)

val find : Store.t -> Inode.t -> string -> (int option, Reason.t) result
(** [Not_directory] of another node. *)

val set : State.t -> Inode.t -> string -> int option -> (State.t * Inode.t, Reason.t) result
(** The name is this node's from now on, or nobody's. The directory's blocks that hold the name must
    have been read, by {!find}. The inode is still to be {!State.set}. *)

val is_empty : Store.t -> Inode.t -> (bool, Reason.t) result

type cursor
(** A place in the order in which directories are listed; it means the same whatever is changed. *)

val start : cursor

val list : Store.t -> Inode.t -> cursor -> ((string * int) list * cursor option, Reason.t) result
(** Some names and their nodes from there on (there may be none), and where to go on, unless that
    was all. Whoever goes on gets every name just once that is there all the while. *)
