(** Pipes that have names: whoever opens the same node gets the same pipe, as long as anybody has it
    open (fifo(7)). File systems only keep the node. *)

val open_ : Node.t -> Node.flags -> File.status -> Patience.t -> (File.t, Errno.t) result
(** To read or to write: waits until somebody has it open for the other; not so for both, nor when
    it shall be nonblocking, but then writing needs a reader that is there ([ENXIO]).
    Also [ENOMEM]. What {!ends} made is entered without waiting for anybody. *)

val ends : unit -> (File.t * File.t, Errno.t) result
(** {!Pipe.ends} that may be opened anew by their node. *)
