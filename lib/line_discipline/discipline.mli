(** A terminal's line discipline: what the bytes that are typed become (lines to be read, echoes,
    signals, flow control), and what the bytes that a process writes become on their way to the
    device. As Linux's discipline 0 has it, byte for byte; without EXTPROC, breaks and parity.

    A value belongs to whoever holds the terminal's lock. Nothing here waits; whoever waits asks
    {!readable} and {!waiting}. Sources: POSIX.1-2017, General Terminal Interface (XBD 11);
    termios(3). *)

type t

val create : Termios.t -> t
val termios : t -> Termios.t

val set_termios : t -> Termios.t -> unit
(** What was typed stays: when the terminal becomes canonical it is a complete line, when it ceases
    to be it is bytes. *)

(** {1 From the device} *)

type signal = Interrupt | Quit | Suspend  (** SIGINT, SIGQUIT, SIGTSTP for the foreground's group *)

type received = {
  consumed : int;
      (** bytes: fewer than there were when the input is full, which never happens to a canonical
          terminal without a complete line; the rest is to be given again after somebody has read *)
  signals : signal list;
  flushed : bool;  (** what was written and has not reached the device is to be dropped *)
}

val receive : t -> string -> from:int -> length:int -> received
(** No more than some thousand bytes at a time, with {!echoes} asked in between: not more than 4096
    echoes are kept. *)

val room : t -> int
(** So many bytes {!receive} takes in any case; 0 when it takes none. *)

val echoes : t -> room:int -> string
(** What the device gets of echoes, at most so many bytes; none of what is typed while output is
    stopped. To be
    asked after {!receive}, before {!write}, and when there is room or output has started again. *)

val flow : t -> char option
(** With IXOFF: the character that tells the other side to stop or to go on, when it is time; to be
    asked after {!receive} and after reading. *)

(** {1 To the device} *)

val write : t -> room:int -> string -> from:int -> length:int -> int * string
(** How many of the bytes were taken, and what they became, which is not longer than the room.
    None while output is stopped. *)

val is_stopped : t -> bool

val hold : t -> bool -> unit
(** Stops output, or lets it go on, as tcflow(3) does: START does not undo it. *)

(** {1 To the process} *)

val readable : t -> bool
(** A complete line; or a byte. *)

val worth_polling : t -> bool
(** What poll(2) says: the same, but MIN bytes where MIN alone counts. *)

val read : t -> most:int -> string
(** The line, the rest of it, or the bytes; [""] when there are none, and for an end of file. So ask
    {!readable} first. *)

type waiting = {
  minimum : int;  (** bytes after which reading is over *)
  first : int option;  (** tenths of a second to wait for the first byte; [None]: for ever *)
  between : int option;  (** and for each further one *)
}

val waiting : t -> waiting
(** POSIX.1-2017, 11.1.7, the four cases of MIN and TIME; a canonical terminal's is one line. *)

val available : t -> int
(** Bytes, as FIONREAD counts them. *)

val flush_input : t -> unit
(** tcflush(3): what was typed is gone. *)
