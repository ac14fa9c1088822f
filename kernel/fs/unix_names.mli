(** Which local sockets have which names: those of nodes in file systems, and abstract ones, of
    which each kind of socket has its own. *)

type place =
  | Automatic  (** some abstract name that is free; nobody is found there *)
  | Abstract of string  (** what stands behind the zero in sun_path *)
  | Named of Node.t * string  (** a node of kind [Socket], and the path that it was reached by *)

val bind : Unix_end.t -> place -> (unit, Errno.t) result
(** Gives the socket a name, until it is closed. [EINVAL] when it has one, [EADDRINUSE]. *)

val find : Unix_end.kind -> place -> (Unix_end.t, Errno.t) result
(** Who has that name. [ECONNREFUSED], and [EPROTOTYPE] when it is of another kind. *)
