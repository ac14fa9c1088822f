(** Pseudo-terminals: terminals whose device is a process, which has the other side open, the
    master. Opening [/dev/ptmx] makes one, and its name, a number, appears in a directory of them.
    Source: Linux, pty(7), pts(4), and devpts in filesystems/devpts.rst of its documentation. *)

type t
(** Those of a system. *)

val create :
  ?most:int -> tell:(group:int -> Terminal.event -> unit) -> now:(unit -> Node.stamp) -> unit -> t
(** 4096 at once, unless said otherwise; [tell] is {!Terminal.create}'s. *)

val root : t -> Node.t
(** The directory, to be mounted on [/dev/pts]. Nothing can be made in it. *)

(** {1 Masters} *)

type master
type File.what += Master of master

val open_master :
  t -> Node.t -> uid:int -> gid:int -> Node.flags -> File.status -> (File.t, Errno.t) result
(** A new pseudo-terminal, shown as the node, [/dev/ptmx]; the slave's node is the user's, who alone
    may read it, and all of the group write. It is locked (TIOCSPTLCK). [EIO] when there are too
    many.

    Reading gives what processes write to the terminal, and fails with [EIO] when all who had it
    open have closed it; writing is typing. When the master is closed the terminal is hung up and
    its name is gone. *)

val terminal : master -> Terminal.t

val control : master -> int -> argument:int -> Transfer.t -> (int, Errno.t) result
(** TIOCGPTN, TIOCSPTLCK, TIOCGPTLCK, FIONREAD, TCFLSH as the master sees them, and what
    {!Terminal.control} does. TIOCGPTPEER is {!open_slave}. *)

val number : master -> int

(** {1 Slaves} *)

val major : int
(** 136: the major number of their nodes; the minor one is the terminal's number. *)

val find : t -> int -> master option

val open_slave : master -> Node.t -> Node.flags -> File.status -> (File.t, Errno.t) result
(** [EIO] while it is locked, and when the master has been closed. *)
