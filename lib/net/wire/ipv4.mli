(** Headers of IPv4. Sources: RFC 791 3.1; RFC 6864 for the identification. *)

val header_bytes : int
(** 20: without options. *)

val check : Octets.t -> at:int -> length:int -> (unit, Error.t) result
(** Version, lengths and checksum are right; what follows then reads it. More bytes than the packet
    says to have are an Ethernet frame's padding. *)

val header_length : Octets.t -> int -> int
(** Its options included, which nobody here looks at. *)

val total_length : Octets.t -> int -> int
val identification : Octets.t -> int -> int
val may_not_fragment : Octets.t -> int -> bool

val is_fragment : Octets.t -> int -> bool
val more_fragments : Octets.t -> int -> bool

val fragment_offset : Octets.t -> int -> int
(** In bytes. *)

val time_to_live : Octets.t -> int -> int
val protocol : Octets.t -> int -> int
val source : Octets.t -> int -> Address.t
val destination : Octets.t -> int -> Address.t

val has_source_route : Octets.t -> int -> bool
(** Among its options is one by which the sender says the way: such packets are dropped (RFC 7126
    4.3, 4.4). So are options whose lengths are wrong. *)

val write :
  Octets.t ->
  int ->
  source:Address.t ->
  destination:Address.t ->
  protocol:int ->
  time_to_live:int ->
  identification:int ->
  fragment:int ->
  payload:int ->
  unit
(** A header without options, its checksum included. [fragment] is the whole 16-bit field: {!flags},
    and the offset in units of 8 bytes. *)

val dont_fragment : int
val more : int
(** What [fragment] is made of. *)

val icmp : int
val tcp : int
val udp : int
