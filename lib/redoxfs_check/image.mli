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

val check_use : t -> unit
(** Reports blocks that are used and free, or neither. *)
