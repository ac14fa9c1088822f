(** Pieces of requests ({!Block_work}) as commands in a port's slots. Reads and writes go to the
    disk's own queue where it has one; there everything else waits until the queue is empty, and
    holds up what comes after. *)

type t

val create : Device.t -> Ahci_port.t -> Block_work.t -> block_sectors:int -> queue_depth:int -> t
(** [queue_depth]: 0 when the disk or its adapter has no queue. *)

val piece_sectors_max : int

val submit : t -> int
(** Issues what there is to do, as far as there is room: how many commands. *)

val is_held_up : t -> bool
(** There is no room until a command is finished. *)

val collect : t -> int
(** Takes what is finished: how many commands. *)

val recover : t -> unit
(** After an error: what finished is taken, the command that failed has failed, and all others are
    issued anew: one at a time when the disk does not say which it was. What the disk did not fail
    itself, but did not come through, is tried three times. Waits. *)
