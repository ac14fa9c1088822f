(** Sequence numbers. On the wire they have 32 bits and wrap around; inside they are counted on
    without end, so that they compare as numbers. Source: RFC 9293 3.4. *)

val wire : int -> int
(** Its lowest 32 bits. *)

val near : int -> int -> int
(** [near base wire]: the number nearest to [base] that ends in these 32 bits. *)
