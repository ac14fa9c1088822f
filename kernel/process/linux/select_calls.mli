(** select, pselect6. *)

val all : Call.t list
