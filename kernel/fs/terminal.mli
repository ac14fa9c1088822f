(** Terminals: a line discipline between a device (the console, or whoever has the other side of a
    pseudo-terminal) and the processes of a session, whose groups it tells of signals. Source:
    POSIX.1-2017, General Terminal Interface (XBD 11); Linux, tty(4), ioctl_tty(2).

    Whether a process of the background may read or write is for the caller to decide, by
    {!foreground} and {!stops_writers}: files do not know who uses them. All may be called by
    several fibers at once. *)

type t

type event = Interrupt | Quit | Suspend | Window_change | Hang_up
(** SIGINT, SIGQUIT, SIGTSTP, SIGWINCH, and SIGHUP followed by SIGCONT. *)

val create : tell:(group:int -> event -> unit) -> t
(** A terminal of no session. [tell] signals a group of processes: it is called by whichever fiber
    uses the terminal, without its lock, and does not wait. *)

(** {1 For processes} *)

type File.what += Terminal of t

val opened : t -> Node.t -> Node.flags -> File.status -> closed:(unit -> unit) -> File.t
(** One more opening, shown as that node. Once the terminal has been hung up reading gives the end
    and writing fails with [EIO]. *)

val control : t -> int -> argument:int -> Transfer.t -> (int, Errno.t) result
(** ioctl(2) by Linux's number: the settings (TCGETS and TCSETS with their kin, of both lengths),
    TCXONC, TCFLSH, TCSBRK, TIOCGWINSZ, TIOCSWINSZ, TIOCOUTQ, FIONREAD, TIOCGETD, TIOCSETD. The
    transfer is what the argument points to, or the argument is a number. [ENOTTY] for others, and
    so for those that are about processes: TIOCGPGRP, TIOCSPGRP, TIOCGSID, TIOCSCTTY, TIOCNOTTY. *)

val session : t -> int
val set_session : t -> int -> unit
(** 0 for none. *)

val foreground : t -> int
val set_foreground : t -> int -> unit
(** A group of processes, 0 for none. *)

val stops_writers : t -> bool
(** TOSTOP. *)

(** {1 For the device} *)

val typed : t -> Transfer.t -> (int, Errno.t) result
(** Bytes that come from the device. [EAGAIN] when the input is full. *)

val shown : t -> Transfer.t -> (int, Errno.t) result
(** Bytes for the device. [EAGAIN] when there are none. *)

val waiting_output : t -> int
(** How many there are. *)

val device_readiness : t -> Readiness.t
(** {!Readiness.readable} when there is something to be shown, {!Readiness.writable} when something
    may be typed. *)

val for_device : t -> Watch.t
(** Rung when that may have changed. *)

val hang_up : t -> unit
(** For all who have it open now, and for its foreground's group; then it is of no session. *)
