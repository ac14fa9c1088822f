(** A font of pictures that are all as large, for a screen of cells. *)

type t

val width : int
(** 8 dots. *)

val height : int
(** 16. *)

type error = { line : int;  (** from 1 *) problem : string }

val pp_error : Format.formatter -> error -> unit

val of_text : string -> (t, error) result
(** Of pictures as font.txt has them: a line [= CHARACTER ROW], and then the dots, row by row: [#]
    for one, [.] or nothing for none. The character is one of ASCII, or [none]. What stands before
    the first picture is not looked at. Characters without a picture are blank. *)

val default : t
(** The one of font.txt. *)

val picture : t -> int -> string
(** Of a character, by its Unicode number: {!height} bytes, from the top, the high bit on the
    left. *)
