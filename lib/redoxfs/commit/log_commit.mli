(** The allocation log, on its way to the device. *)

val write : Batch.t -> Log.t -> compact:bool -> (Log.t, Reason.t) result
(** Adds what the batch took and freed until now, and the log's own blocks; the newest old block is
    rewritten with them. [compact], or a log of more than twice as many entries as there are free
    runs: all of it is written anew. *)

val has_room : Batch.t -> bool
(** Whether all of it could be written anew. *)
