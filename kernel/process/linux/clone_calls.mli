(** clone, clone3, fork, vfork: {!Birth}. *)

val all : Call.t list
