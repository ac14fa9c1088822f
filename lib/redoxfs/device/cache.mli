(** Blocks and records that were read or written lately, bounded in memory. A block is found by its
    address and hash, so what was written over is never found.

    Two halves: what is used goes to the young one; when that is full it becomes the old one, whose
    contents are forgotten. Any fiber on any core. *)

type t

val create : blocks:int -> t
(** Up to so many blocks of 4096 bytes. *)

val find : t -> Pointer.t -> Buffer.t option
(** After decompression and decryption. It is shared: nobody changes it. *)

val mem : t -> Pointer.t -> bool
val add : t -> Pointer.t -> Buffer.t -> unit
