(** futex, and the lists of robust ones. *)

val all : Call.t list
