(** Headers of IPv6, and those between it and the transport's. Source: RFC 8200. *)

val header_bytes : int
(** 40. *)

val check : Octets.t -> at:int -> length:int -> (unit, Error.t) result
(** Version and length are right; what follows then reads it. *)

val payload_length : Octets.t -> int -> int
val next_header : Octets.t -> int -> int
val hop_limit : Octets.t -> int -> int
val source : Octets.t -> int -> Address.t
val destination : Octets.t -> int -> Address.t

val write :
  Octets.t ->
  int ->
  source:Address.t ->
  destination:Address.t ->
  next_header:int ->
  hop_limit:int ->
  payload:int ->
  unit

(** {1 Extension headers} *)

type fragment = {
  before : int;  (** where in the packet the byte stands that names the fragment header *)
  identification : int;
  offset : int;  (** bytes *)
  more : bool;
}

type upper = {
  protocol : int;  (** the first header that is no extension, or that of the fragment's payload *)
  start : int;  (** how far from the packet's beginning it is *)
  fragment : fragment option;  (** no header behind a fragment's is looked at *)
}

type problem =
  | Malformed of Error.t
  | Parameter of { code : int; pointer : int }
      (** to be answered by a parameter problem of ICMPv6 (RFC 4443 3.4) *)
  | Dropped  (** by an option that says so *)

val upper : Octets.t -> at:int -> (upper, problem) result
(** Goes through hop-by-hop and destination options, routing headers whose segments are used up, and
    up to the fragment header; eight of them at most. *)

val fragment_header_bytes : int
(** 8. *)

val write_fragment :
  Octets.t -> int -> next_header:int -> offset:int -> more:bool -> identification:int -> unit

val tcp : int
val udp : int
val icmp : int
val fragment_header : int
val no_next_header : int
