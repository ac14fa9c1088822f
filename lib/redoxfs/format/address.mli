(** Where something is stored: a run of consecutive blocks of 4096 bytes, whose number is a power of
    two.

    In 64 bits: the first block's index, 56; the level of what comes out of decompression, 4, or 0
    where nothing is compressed; the run's level, 4. A run of level [n] has 2{^n} blocks. Indexes
    count from the header ring. An address is null when its index is 0, whatever its levels are. *)

type t = private int

val block_bytes : int
(** 4096. *)

val level_max : int
(** 5, of all runs there are: 32 blocks, 128 KiB. *)

val blocks_of_level : int -> int
val bytes_of_level : int -> int

val level_of_bytes : int -> int
(** The smallest run that holds so many bytes. *)

val null : t

val make : ?whole:int -> level:int -> int -> t
(** [make ~level index]; [whole] (0 without) is the level after decompression.
    @raise Invalid_argument when one has no room in its bits; an index has 54 here. *)

val index : t -> int
val level : t -> int

val whole : t -> int
(** The level after decompression, or 0. *)

val is_null : t -> bool
val is_compressed : t -> bool

val blocks : t -> int
val bytes : t -> int
(** As they are stored. *)

val record_level : t -> int
(** Of what is stored, after decompression. *)

val of_bits : int64 -> t option
(** Nothing when the index is 2{^54} or more, more than any device has. *)

val to_bits : t -> int64
val pp : Format.formatter -> t -> unit
