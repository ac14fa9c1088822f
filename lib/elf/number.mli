(** Numbers of 64 bits that are addresses, sizes or file offsets. *)

val limit : int
(** 2{^60}: what is read is below, so that sums of three do not overflow. It is above every address
    that a process of the three machines can have. *)

val read : string -> base:int -> string -> int -> (int, Error.t) result
(** [read what ~base bytes at]: the little-endian number at [at], which is called [what] and stands
    in the file at [base + at]. [Too_large] when it is not below {!limit}.
    @raise Invalid_argument when the bytes are not all there. *)
