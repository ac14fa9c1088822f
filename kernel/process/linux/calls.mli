(** All calls that there are, by number. *)

val find : int -> Call.t option
