(** Messages of ICMP, of both versions, which have one shape: type, code, checksum, four bytes of
    their own, and the rest. Sources: RFC 792, RFC 1191 4 (MTU), RFC 4443. *)

val header_bytes : int
(** 8. *)

val check4 : Octets.t -> at:int -> length:int -> (unit, Error.t) result
(** The checksum is right. *)

val check6 :
  Octets.t ->
  at:int ->
  length:int ->
  source:Address.t ->
  destination:Address.t ->
  (unit, Error.t) result
(** The same of version 6, with its pseudo header. *)

val kind : Octets.t -> int -> int
val code : Octets.t -> int -> int

val word : Octets.t -> int -> int
(** Its own four bytes: identifier and sequence number, MTU, pointer. *)

val write : Octets.t -> int -> kind:int -> code:int -> word:int -> unit
(** All but the checksum, which is 0. *)

val finish4 : Octets.t -> int -> length:int -> unit
(** Puts in the checksum of a message of so many bytes. *)

val finish6 :
  Octets.t -> int -> length:int -> source:Address.t -> destination:Address.t -> unit

(** {1 Types} *)

val echo_reply4 : int
val unreachable4 : int

val fragmentation_needed4 : int
(** A code of {!unreachable4}. *)

val port_unreachable4 : int
val protocol_unreachable4 : int
val echo4 : int
val time_exceeded4 : int
val unreachable6 : int
val port_unreachable6 : int
val packet_too_big6 : int
val time_exceeded6 : int
val parameter_problem6 : int
val echo6 : int
val echo_reply6 : int
val router_solicitation : int
val router_advertisement : int
val neighbour_solicitation : int
val neighbour_advertisement : int

val is_error : version:int -> int -> bool
(** A message of this type is about another packet, and is never answered by one. *)
