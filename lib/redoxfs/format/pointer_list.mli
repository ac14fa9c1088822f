(** A block of 256 pointers: to a file's records, or to lists of the next smaller height. *)

val entries : int
(** 256. *)

val pointer : Block.t -> int -> (Pointer.t, Error.t) result
val set : Buffer.t -> int -> Pointer.t -> unit
val all_null : Buffer.t -> bool
