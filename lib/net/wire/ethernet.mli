(** Ethernet frames without their check sequence. Source: IEEE 802.3, 3.1.1. *)

val header_bytes : int
(** 14. *)

val check : Octets.t -> at:int -> length:int -> (unit, Error.t) result
(** There is a header. What follows read it. *)

val destination : Octets.t -> int -> string
val source : Octets.t -> int -> string

val kind : Octets.t -> int -> int
(** EtherType; below 1536 it is a length. *)

val write : Octets.t -> int -> source:string -> destination:string -> kind:int -> unit

val ipv4 : int
val ipv6 : int
val arp : int
