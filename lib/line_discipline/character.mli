(** What kind of character a byte is, in Latin-1, as Linux's terminals see it. *)

val is_control : char -> bool
(** Below a space, or DEL. *)

val is_word : char -> bool
(** A letter, a digit or an underscore: what WERASE takes together. *)

val lower : char -> char
val upper : char -> char

val continues : utf8:bool -> char -> bool
(** With [utf8]: a byte of UTF-8 that is not the first of its character. *)
