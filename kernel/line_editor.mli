(** Editing one line on a terminal that understands ANSI escape sequences (ECMA-48): arrows, Home,
    End, Delete, Backspace, Ctrl-A E B F K U W L C D P N, history, and completion with Tab. *)

type t

val create : ?complete:(string -> string list) -> unit -> t
(** [complete] gives the words that could stand for the word being typed. *)

val read_line : t -> prompt:string -> string option
(** The line without its end, at most 4096 bytes: further input is refused with a bell. [None] at
    Ctrl-D on an empty line. The history has the latest 200 lines that were not blank. *)
