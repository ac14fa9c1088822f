(** DHCP's messages. Sources: RFC 2131 2, RFC 2132, RFC 3396 (an option in several pieces is
    joined). *)

type kind = Discover | Offer | Request | Decline | Ack | Nak | Release | Inform

type t = {
  kind : kind;
  transaction : int;  (** 32 bits *)
  seconds : int;
  client : Address.t;  (** the client's own, when it has one *)
  yours : Address.t;  (** what is offered *)
  mac : string;
  server : Address.t option;
  requested : Address.t option;
  mask_bits : int option;
  routers : Address.t list;
  name_servers : Address.t list;
  lease : int option;  (** seconds *)
  renew : int option;
  rebind : int option;
  mtu : int option;
}

val empty : kind -> transaction:int -> mac:string -> t

val read : Octets.t -> at:int -> length:int -> (t, Error.t) result
(** Of either side. Unknown options are passed over; a netmask that has holes is none. *)

val to_client : Octets.t -> int -> bool
(** It answers: BOOTREPLY. Of a message that was read. *)

val write : t -> string
(** A client's: with the broadcast flag as long as it has no address, and the list of what it would
    know. *)

val client_port : int
val server_port : int
