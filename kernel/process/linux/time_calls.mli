(** Clocks, sleeping, times that were used. *)

val all : Call.t list

val put_rusage : Memory.t -> int -> int -> (unit, Fs.Errno.t) result
(** At an address, so much time. *)
