(** This machine's own pseudo-terminal, both of its ends in one process, which is the foreground. *)

type t

val open_ : unit -> t
(** For a process that is no group leader yet: it gets a session of its own with this terminal. The
    terminal's signals are blocked from then on.
    @raise Failure with the call that failed and why. *)

val termios : t -> bytes
(** As Linux's [struct termios]: 36 bytes. *)

val set_termios : t -> bytes -> unit

val type_ : t -> string -> int
(** Bytes for the terminal's input; how many it took. *)

val settle : t -> unit
(** Waits until all that was typed has been worked on, provided that it is not more than the input
    can hold. *)

val shown : t -> string
(** What came from the terminal since the last call. *)

val write : t -> string -> int
(** As a process does, without waiting: how many bytes were taken. *)

val read : t -> most:int -> string option
(** As a process does, without waiting; [None] when it would have to. *)

val available : t -> int
(** FIONREAD. *)

val readable : t -> bool
(** poll(2)'s POLLIN. *)

val signals : t -> int
(** Which came since the last call: 1 for SIGINT, 2 for SIGQUIT, 4 for SIGTSTP, added. *)

val hold : t -> bool -> unit
(** tcflow(3): TCOOFF, TCOON. *)

val flush_input : t -> unit
