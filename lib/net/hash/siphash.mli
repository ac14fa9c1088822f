(** SipHash-2-4: what nobody can guess without the key, from what everybody can see. Source: J.-P.
    Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF", 2012. *)

type key

val key : string -> key
(** Of 16 bytes.
    @raise Invalid_argument for any other number. *)

val hash : key -> string -> int64

val number : key -> string -> int
(** 62 bits of it. *)
