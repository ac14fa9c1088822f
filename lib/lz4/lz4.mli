(** LZ4's raw blocks: no header, no size.

    Source: {e LZ4 Block Format Description}, lz4 project. The bytes are outside OCaml's heap, and
    the domain is left to others meanwhile, so nobody may change what is read or use what is
    written. *)

type buffer = (char, Bigarray.int8_unsigned_elt, Bigarray.c_layout) Bigarray.Array1.t
type slice = { buffer : buffer; offset : int; length : int }

type table
(** Scratch memory of a compression, 16 KiB: for one at a time. *)

val table : unit -> table

val compress : table:table -> slice -> slice -> int option
(** [compress ~table from into] is how many bytes of [into] were used, or nothing when they don't
    suffice. The same bytes always give the same bytes.
    @raise Invalid_argument when a slice is outside its buffer. *)

val decompress : slice -> slice -> int option
(** [decompress from into] is how many bytes of [into] were made, or nothing when [from] is no block
    or holds more than fits.
    @raise Invalid_argument when a slice is outside its buffer. *)
