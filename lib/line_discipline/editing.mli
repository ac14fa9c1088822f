(** Editing the line that is not complete yet: ERASE, WERASE, KILL and REPRINT. *)

val erase : State.t -> unit
(** The last character, of several bytes with IUTF8. *)

val erase_word : State.t -> unit
(** The last letters, digits and underscores, and what stands behind them. *)

val kill : State.t -> unit
(** The whole line. *)

val reprint : State.t -> unit
(** REPRINT: echoes it once more, on a line of its own. *)
