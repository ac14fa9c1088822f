(** ARP over Ethernet for IPv4. Source: RFC 826. *)

val bytes : int
(** 28. *)

type operation = Request | Reply

val check : Octets.t -> at:int -> length:int -> (operation, Error.t) result
(** It is for Ethernet and IPv4; what follows then reads it. *)

val sender_mac : Octets.t -> int -> string
val sender : Octets.t -> int -> Address.t
val target : Octets.t -> int -> Address.t

val write :
  Octets.t ->
  int ->
  operation ->
  sender_mac:string ->
  sender:Address.t ->
  target_mac:string ->
  target:Address.t ->
  unit
