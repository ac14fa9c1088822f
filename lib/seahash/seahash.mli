(** SeaHash 4.1 without a seed: the 64-bit hash by which RedoxFS knows its blocks and sorts its
    names. It finds damage; whoever wants to can make two inputs of one hash.

    Source: the seahash crate, 4.1, reference implementation. *)

type buffer = (char, Bigarray.int8_unsigned_elt, Bigarray.c_layout) Bigarray.Array1.t

val string : string -> int64
(** Of the string's bytes. For short ones: other domains wait for it. *)

val buffer : buffer -> offset:int -> length:int -> int64
(** Of a range. Beyond 64 KiB the domain is left to others meanwhile, so nobody may change the
    bytes. @raise Invalid_argument when it is outside the buffer. *)
