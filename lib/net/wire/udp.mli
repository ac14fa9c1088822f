(** UDP's header. Sources: RFC 768; RFC 8200 8.1 for checksums under IPv6. *)

val header_bytes : int
(** 8. *)

val check :
  Octets.t ->
  at:int ->
  length:int ->
  source:Address.t ->
  destination:Address.t ->
  checked:bool ->
  (unit, Error.t) result
(** Length and checksum are right. Under IPv4 a checksum of 0 is none; [checked]: the device saw to
    it. *)

val source_port : Octets.t -> int -> int
val destination_port : Octets.t -> int -> int

val length : Octets.t -> int -> int
(** Of header and payload. *)

val write :
  Octets.t ->
  int ->
  source:Address.t ->
  destination:Address.t ->
  source_port:int ->
  destination_port:int ->
  payload:int ->
  unit
(** Writes the header, its checksum included, before a payload that stands there already. *)
