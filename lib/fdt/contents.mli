(** The bytes that a blob is in, and bounded reading of them. *)

type t = (char, Bigarray.int8_unsigned_elt, Bigarray.c_layout) Bigarray.Array1.t

val length : t -> int

val u32 : t -> int -> int
(** The big-endian number at this offset.
    @raise Invalid_argument when it is not all there; likewise the others. *)

val string : t -> int -> int -> string
(** [string t offset size] *)

val nul : t -> from:int -> stop:int -> int option
(** Where the first NUL is, before [stop]. *)
