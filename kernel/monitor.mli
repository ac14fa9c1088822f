(** The kernel's command line on the serial console. *)

val run_line : Command.t list -> string -> int
(** Runs one line of commands separated by [;]. One that ends in [&] runs beside those that follow;
    [wait] waits for all of these, and has the highest of their statuses. The last one's status; 127 when a command is unknown,
    2 when the line makes no sense. A command that raises is reported and is status 125. *)

val interact : Command.t list -> 'a
(** Prompts, reads and runs lines until the machine is switched off; Ctrl-D does that too. *)

val begin_marker : string
val end_marker : int -> string

val script : Command.t list -> string -> 'a
(** Runs the lines between the two markers, each alone on its line, and switches the machine off with
    the last one's status. What [make run RUN=...] uses. *)
