(** What a terminal shows: rows of cells, written by text with control characters and the usual ones
    of ECMA-48's control sequences. Any bytes may be written; what is not understood changes
    nothing.

    Understood: backspace, tab, line feed, carriage return; the cursor's moves (CSI A B C D E F G H
    d f), erasing (CSI J K), colours and attributes (CSI m: 0, 1, 7, 22, 27, 30 to 49, 90 to 107),
    keeping the cursor (ESC 7 and 8, CSI s and u), showing it (CSI ? 25 h and l), a fresh start
    (ESC c). Text is UTF-8. A row that is full goes on in the next one when more comes. *)

type t

val create : columns:int -> rows:int -> t
(** Blank.
    @raise Invalid_argument when one of them is less than 1. *)

val columns : t -> int
val rows : t -> int
val write : t -> string -> unit

(** {1 Cells} *)

type cell = {
  code : int;  (** Unicode's number of the character *)
  foreground : int;  (** 0 to 15: {!Palette} *)
  background : int;
}

val cell : t -> column:int -> row:int -> cell

val cursor : t -> (int * int) option
(** Column and row, when it is shown. *)

val text : t -> int -> string
(** Of a row, in UTF-8, without the blanks at its end. *)

(** {1 What has changed} *)

val take_changes : t -> (row:int -> first:int -> last:int -> unit) -> unit
(** The columns of each row that have changed since the last call, the cursor's coming and going
    among them. At first all have. *)
