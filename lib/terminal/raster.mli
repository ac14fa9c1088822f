(** A screen's cells as dots of 32 bits. *)

type format = { red_shift : int; green_shift : int; blue_shift : int }
(** Where the eight bits of each colour are in the 32, which are little-endian. *)

type t

val create : Font.t -> format -> columns:int -> t
(** For rows of up to so many columns. *)

val blank : t -> dots:int -> bytes
(** So many dots in a row of the background that a screen has at first. *)

val draw :
  t ->
  Screen.t ->
  row:int ->
  first:int ->
  last:int ->
  put:(x:int -> y:int -> bytes -> length:int -> unit) ->
  unit
(** Draws some columns of a row: {!Font.height} lines of dots, each given to [put] with the place of
    its first dot, from the screen's left upper corner. The bytes are good until it returns. The
    cursor has its cell's colours exchanged. *)
