(** Requests of all shapes to a disk: small and large, of several segments, in memory that begins
    anywhere within a page; zeroes, what is not needed any more, flushes. Each is read back in other
    pieces. The beginning of the disk is destroyed. *)

type result = { requests : int; zeroes : bool; discards : bool  (** whether the disk has them *) }

val run : Drivers.Block.t -> (result, string) Stdlib.result
