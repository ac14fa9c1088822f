(** What changes names in a file system in memory: {!Node.directory}'s functions, and how a new node
    comes to its first name. *)

type t = Tmp_node.t
(** A directory, wherever it is called [directory]; of the same system. *)

val find : t -> string -> (t, Errno.t) result
val entries : t -> from:int -> most:int -> (Node.entry list, Errno.t) result
val parent : t -> t

val add : t -> string -> t -> (unit, Errno.t) result
(** A node without a name gets its first one. Errors leave it to the caller. *)

val link : t -> string -> t -> (unit, Errno.t) result
val unlink : t -> string -> (unit, Errno.t) result
val rmdir : t -> string -> (unit, Errno.t) result
val rename : t -> string -> into:t -> string -> Node.how -> (unit, Errno.t) result
