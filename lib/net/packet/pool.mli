(** A fixed number of packets of one size. Not to be shared between domains. *)

type t

val create : packets:int -> bytes:int -> t
(** All of them in one piece of memory. *)

val take : t -> headroom:int -> Packet.t option
(** An empty one, with so much room before it; [None]: all are in use. *)

val free : t -> int
val count : t -> int
