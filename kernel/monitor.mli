(** The kernel's command line on the serial console.

    A line is commands separated by [;]. One that ends in [&] runs beside those that follow; [wait]
    waits for all of these, and has the highest of their statuses. The line's status is the last
    one's; 127 when a command is unknown, 2 when the line makes no sense. A command that raises is
    reported and is status 125. *)

val interact : Command.t list -> 'a
(** Prompts, reads and runs lines until the machine is switched off; Ctrl-D does that too. *)

val script : Command.t list -> string -> 'a
(** Runs the lines between the two markers, each alone on its line, and switches the machine off
    with the last one's status. What [make run RUN=...] uses. *)
