(** Blocks as the tests write them down: all zeros but for these runs. *)

val bytes : string -> string
(** ["0a ff"] is two bytes; blanks anywhere. *)

val block : (int * string) list -> string
(** 4096 zero bytes with runs of {!bytes} at offsets. *)

val difference : string -> string -> string option
(** Where two strings differ first, in words. *)
