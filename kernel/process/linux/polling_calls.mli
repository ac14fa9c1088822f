(** poll, select, epoll. *)

val all : Call.t list
