(** Editing one line on a terminal that understands ANSI escape sequences (ECMA-48): arrows, Home, End,
    Delete, Backspace, Ctrl-A E B F K U W L C D P N, history, and completion with Tab. *)

type t

val create : ?complete:(string -> string list) -> unit -> t
(** [complete] gives the words that could stand for the word being typed. *)

val read_line : t -> prompt:string -> string option
(** The line without its end; [None] at Ctrl-D on an empty line. Lines that are not blank are added to
    the history, the latest {!history_size}. *)

val history_size : int
val longest_line : int  (** bytes; further input is refused with a bell *)
