(** epoll: {!Fs.Epoll}. *)

val all : Call.t list
