(** What was typed and not yet read: lines that are complete, and behind them the one that is being
    edited; or, when the terminal is not canonical, bytes. *)

type t

val create : unit -> t

val capacity : int
(** 4096 bytes, of which the last is kept for a line's end. *)

val length : t -> int
(** Bytes in it. *)

val clear : t -> unit

(** {1 The line that is being edited} *)

val edited : t -> int
(** Its bytes. *)

val get : t -> int -> char
(** [get t n]: the nth of them.
    @raise Invalid_argument when there is none. *)

val push : t -> char -> unit
(** One more at the end. A full queue's last byte gives way to it. *)

val push_end : t -> char -> unit
(** The same, and the line is complete. '\000' ends it without being part of it. *)

val drop : t -> int -> unit
(** So many of its last bytes go. *)

(** {1 Lines} *)

val has_line : t -> bool

val line_bytes : t -> int
(** How many bytes reading all complete lines would give. *)

val read_line : t -> most:int -> string
(** The first complete line, or as much of it as is asked for; the rest is for the next reading. The
    '\000' at the end of one is not part of it, and goes as well when all before it has gone.
    Nothing when no line is complete. *)

(** {1 Bytes} *)

val read_bytes : t -> most:int -> string

(** {1 When the terminal's mode changes} *)

val become_lines : t -> unit
(** All that is there becomes a complete line. *)

val become_bytes : t -> unit
(** Ends of lines are bytes like others. *)
