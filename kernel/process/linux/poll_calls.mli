(** poll, ppoll. *)

val all : Call.t list
