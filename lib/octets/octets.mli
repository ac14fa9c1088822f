(** Bytes outside of the OCaml heap, such as a device's buffers: they stay where they are, so
    devices can have their address, and the garbage collector does not look at them.

    Numbers are big-endian, as networks have them, and need no alignment. Every access is checked:
    all raise [Invalid_argument] for what is not within, and no other harm is possible. *)

type t = (char, Bigarray.int8_unsigned_elt, Bigarray.c_layout) Bigarray.Array1.t

val create : int -> t
(** So many bytes, all zero. *)

val length : t -> int

(** {1 Numbers}

    Of what is set, only as many of the lowest bits as the name says. *)

val get8 : t -> int -> int
val get16 : t -> int -> int
val get32 : t -> int -> int
val set8 : t -> int -> int -> unit
val set16 : t -> int -> int -> unit
val set32 : t -> int -> int -> unit

(** {1 Many bytes} *)

val fill : t -> int -> int -> char -> unit
(** [fill t at length char]. *)

val blit : t -> int -> t -> int -> int -> unit
(** [blit source offset destination offset length], as [Bytes.blit]; they may overlap. *)

val blit_of_bytes : bytes -> int -> t -> int -> int -> unit
val blit_of_string : string -> int -> t -> int -> int -> unit
val blit_to_bytes : t -> int -> bytes -> int -> int -> unit

val of_string : string -> t
val to_string : t -> at:int -> length:int -> string

val equal_string : t -> int -> string -> bool
(** Whether the string stands at this offset. Allocates nothing. *)

(** {1 Sums} *)

val sum : t -> at:int -> length:int -> int
(** The 16-bit ones' complement sum, as of RFC 1071, of the bytes as big-endian numbers of 16
    bits; to an odd last byte a zero is added. From 0 to 0xffff; 0 only when all the bytes are.
    One call of C for 64 KiB. *)
