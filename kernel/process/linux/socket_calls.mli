(** Sockets, which are local ones ({!Fs.Unix_socket}) so far. *)

val all : Call.t list
