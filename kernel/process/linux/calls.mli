(** All calls that there are, by number. *)

val find : int -> Call.t option
val all : Call.t list
