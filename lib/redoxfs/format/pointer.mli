(** An address with the hash of what is stored there: of the bytes after compression and padding,
    before encryption. 16 bytes. *)

type t = { address : Address.t; hash : int64 }

val bytes : int
(** 16. *)

val null : t
val is_null : t -> bool
val index : t -> int
val level : t -> int
val equal : t -> t -> bool

val get : block:int -> field:string -> slot:int -> Buffer.t -> int -> (t, Error.t) result
(** What stands at an offset of this block; an error names the field, and the slot unless it is -1.
    *)

val is_null_at : Buffer.t -> int -> bool
val set : Buffer.t -> int -> t -> unit

val of_stored : Address.t -> Buffer.t -> t
(** To all of a buffer's bytes, which are stored at the address. *)
