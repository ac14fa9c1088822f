(** open, openat, creat: a path becomes a descriptor.

    What the path leads to decides what is opened: a device may be a terminal's
    ({!Terminals.opened}), a pipe with a name waits for its other end ({!Fs.Fifo}), [O_PATH] gives
    but the place, and [O_TMPFILE] a new file whose name is gone at once. *)

val all : Call.t list
