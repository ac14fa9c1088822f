(** The device, seen as blocks that pointers lead to; each is counted as used by one pointer. *)

type t
type bytes = Octets.t

val create :
  Redoxfs.Device.t -> base:int -> blocks:int -> decrypt:(index:int -> bytes -> unit) -> Report.t ->
    t

val report : t -> Report.t
val blocks : t -> int

(** {1 Little-endian numbers} *)

val get16 : bytes -> int -> int
val get32 : bytes -> int -> int

val get64 : bytes -> int -> int
(** Without the top bit. *)

(** {1 Pointers: 16 bytes} *)

type pointer = { index : int; level : int; whole : int; hash : int64 }

val pointer : bytes -> int -> pointer
val is_null : pointer -> bool

val read : t -> what:string -> pointer -> bytes option
(** What is stored there, verified; the blocks are used from now on. What is wrong is reported. *)

val block : t -> what:string -> pointer -> bytes option
(** The same of a single block that is not compressed. *)

val header : t -> int -> bytes option
(** A block of the ring, as it is. *)

(** {1 What is free} *)

val set_free : t -> index:int -> count:int -> bool -> bool
(** From used to free or the other way; whether all of them were the other. *)

(** {1 Snapshots} *)

val set_dead : t -> number:int -> int * int * int -> unit
(** A run (named by this block; index, count) is on the dead list of this number: that of the oldest
    snapshot is 1. *)

val free_then : t -> (int * int * int) list -> Bytes.t
(** A byte a block: what was free when a snapshot was made. *)

val as_snapshot : t -> number:int -> free_then:Bytes.t -> (unit -> unit) -> unit
(** What is read by the body is a snapshot's: it may be another's, too, but each block has one user
    within it, was not free then, and is live, or on a younger dead list. *)

val check_use : t -> unit
(** Reports blocks that are used (or dead) and free, or neither. *)
