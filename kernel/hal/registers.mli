(** A window of a device's registers: the right to read and write them, and nothing beside them.

    Windows come from {!Physical}, or are pieces of others, or are functions that stand in for a
    device (tests). Offsets are in bytes from the window's start. An access has exactly its width,
    is made once, and is aligned to its width.

    Order: what was stored to {!Dma} memory before a write is visible to the device when the write
    reaches it; what is loaded from there after a read is not older than the read.

    All raise [Invalid_argument] for what is not within the window or not aligned, and {!Revoked}
    after {!revoke}. *)

type t

exception Revoked

val length : t -> int
val read8 : t -> int -> int
val read16 : t -> int -> int
val read32 : t -> int -> int

val read64 : t -> int -> int
(** Without the top bit, for which an [int] has no room. *)

val write8 : t -> int -> int -> unit
(** [write8 window offset value]: the value's low 8 bits; likewise for the others. *)

val write16 : t -> int -> int -> unit
val write32 : t -> int -> int -> unit
val write64 : t -> int -> int -> unit

val sub : t -> offset:int -> length:int -> t
(** A piece. Revoking the whole revokes it, and not the other way. *)

val revoke : t -> unit
(** From now on every access through this window raises {!Revoked}. *)

(** {1 What stands behind one} *)

val make :
  length:int -> read:(bytes:int -> int -> int) -> write:(bytes:int -> int -> int -> unit) -> t
(** A window whose accesses call these, with the width in [bytes] (1, 2, 4 or 8) and the offset. *)
