(** A set of a file system's blocks, as a bit for each. Mutable. *)

type t

val create : blocks:int -> t
val blocks : t -> int

val add : t -> index:int -> count:int -> bool
(** Whether none of them was in the set. They must be blocks of the file system. *)

val all : t -> index:int -> count:int -> bool
val overlaps : t -> index:int -> count:int -> bool

val fold_only : (index:int -> count:int -> 'a -> 'a) -> t -> than:t -> 'a -> 'a
(** Runs of blocks that this one has and the other has not, in ascending order. *)

val add_all : t -> into:t -> unit

val fold_missing : (index:int -> count:int -> 'a -> 'a) -> t -> from:int -> 'a -> 'a
(** Runs from there on that are not in the set, in ascending order. *)
