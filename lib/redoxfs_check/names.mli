(** A directory's hashed tree. *)

val check : Image.t -> Image.bytes -> node:int -> size:int -> (string * int) list * int
(** From its node: all names with their nodes, and how many blocks the tree has. Reports what is out
    of place: sorting, hashes, lengths, characters, names that stand twice, the size. *)
