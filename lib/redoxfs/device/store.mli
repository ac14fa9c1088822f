(** Blocks and records of a file system by the pointers to them: decrypted, verified by their hash,
    decompressed, and kept in a {!Cache}. *)

type t

val create : Device.t -> base:int -> blocks:int -> ?cipher:Cipher.t -> Cache.t -> t
(** The header ring begins at the device's block [base]; so many blocks belong to the file system.
    *)

val device : t -> Device.t
val blocks : t -> int
val cache : t -> Cache.t
val cipher : t -> Cipher.t option

val base : t -> int

val is_within : t -> Address.t -> bool
(** Behind the ring, and within the file system. *)

(** {1 Reading}

    What is returned is shared: nobody changes it. *)

val block : t -> Pointer.t -> (Block.t, Reason.t) result
(** A block of the file system's own structures: not compressed, level 0. *)

val record : t -> Pointer.t -> (Buffer.t, Reason.t) result
(** Data, decompressed: as many bytes as its record level has. *)

val prefetch : t -> Pointer.t list -> unit
(** Reads those records that are not in memory with one request to the device. What goes wrong is
    left to be found by {!record}. *)

val verify : t -> Pointer.t -> (unit, Reason.t) result
(** Reads what is stored, from the device, and compares the hash. *)

(** {1 Writing} *)

type stored = { pointer : Pointer.t; data : Buffer.t  (** as it is stored, but not encrypted *) }

val write : t -> stored list -> (unit, Reason.t) result
(** In any order. *)

val discard : t -> Extents.t -> unit
(** These blocks' contents are not needed: a hint, so errors don't matter. *)

val flush : t -> (unit, Reason.t) result

val write_header : t -> Header.t -> (unit, Reason.t) result
(** Into its slot. *)
