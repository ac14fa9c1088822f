(** What the system tells of itself: names, figures, random bytes. *)

val all : Call.t list
