(** From what a process writes to what the device gets: new lines, tabs, and the column where the
    cursor stands. *)

type t

val create : unit -> t

type sink
(** Bytes on their way to the device, which has room for so many. *)

val sink : room:int -> sink
val contents : sink -> string

val put : t -> Termios.t -> sink -> char -> bool
(** Processes one character as the flags of {!Termios.t.output} say. False, and nothing has
    happened, when there is no room for what it becomes. *)

(** {1 For echoes} *)

val put_bytes : t -> sink -> string -> columns:int -> bool
(** Bytes as they are, after which the cursor is so many columns further on; false without room. *)

val move_back : t -> unit
(** The cursor is one column further to the left than it was thought to be. *)

val begin_line : t -> unit
(** The line that is being edited begins in this column. *)

val erase_tab : t -> sink -> columns:int -> after_tab:bool -> bool
(** Goes back over a tab before which so many columns were used, since the line began, or since
    another tab. False without room. *)
