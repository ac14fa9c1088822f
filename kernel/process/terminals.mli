(** The terminals of the system, and what they have to do with processes: a session's controlling
    terminal, the group in its foreground, and the signals that follow. *)

open Fs

val console : Terminal.t
(** [/dev/console]: the serial line, or the screen and keyboard. *)

val pseudo : Pseudo_terminals.t
(** Their directory is [/dev/pts]. *)

(** {1 Device numbers} *)

val tty_number : int
(** [/dev/tty]: the caller's controlling terminal. *)

val console_number : int
val ptmx_number : int

val is_terminal : Node.stat -> bool
(** A node of one of these, or of a pseudo-terminal. *)

(** {1 For calls} *)

val opened :
  Process.thread ->
  Mounts.place ->
  Node.stat ->
  controls:bool ->
  (Node.flags -> File.status -> (File.t, Errno.t) result) option
(** How a terminal's node is opened; [None] for what is no terminal. [controls]: it becomes that of
    the caller's session, when the caller leads one without a terminal. *)

val control : Process.thread -> File.t -> int -> argument:int -> Transfer.t -> (int, Errno.t) result
(** ioctl(2) of any file. *)

val may_read : Process.thread -> File.t -> (unit, Errno.t) result
(** [EINTR] after SIGTTIN to the caller's group, when that is in its terminal's background; [EIO]
    when it ignores or blocks that. *)

val may_write : Process.thread -> File.t -> (unit, Errno.t) result

val controlling : Process.t -> Terminal.t option

val controlling_number : Process.t -> int
(** Its device's; 0 when there is none. *)

val take : Process.t -> Terminal.t -> unit
(** Makes it the process's session's, with its group in the foreground: for the first programs. *)

val leave : Process.t -> unit
(** The leader of a session ends: its terminal is hung up. *)
