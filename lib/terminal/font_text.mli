(** font.txt, as it stands. *)

val text : string
