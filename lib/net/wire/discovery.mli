(** Neighbour discovery's messages, which are ICMPv6's with options. Sources: RFC 4861 4 and 6.1,
    7.1 for what makes one valid; RFC 8106 5.1 for DNS servers. *)

type prefix = {
  prefix : Address.t;
  bits : int;
  on_link : bool;
  autonomous : bool;  (** addresses may be made of it *)
  valid : int;  (** seconds; 2{^32} - 1 is for ever *)
  preferred : int;
}

type t =
  | Router_solicitation of { mac : string option }
  | Router_advertisement of {
      mac : string option;
      hop_limit : int;  (** 0: not said *)
      lifetime : int;  (** seconds, as a default router; 0: it is none *)
      reachable : int;  (** ms; 0: not said *)
      retransmit : int;  (** ms; 0: not said *)
      mtu : int option;
      prefixes : prefix list;  (** eight at most *)
      servers : (Address.t * int) list;  (** of DNS, with seconds; eight at most *)
    }
  | Solicitation of { target : Address.t; mac : string option }
  | Advertisement of {
      target : Address.t;
      mac : string option;
      router : bool;
      solicited : bool;
      override : bool;
    }

val read : Octets.t -> at:int -> length:int -> hop_limit:int -> (t, Error.t) result
(** Of an ICMPv6 message of these types whose checksum is right. Unknown options are passed over. *)

val is_kind : int -> bool
(** ICMPv6 messages of this type are read here. *)

val bytes : t -> int
(** What {!write} takes. *)

val write : Octets.t -> int -> t -> unit
(** All but the checksum, which is 0. Prefixes and servers of an advertisement are left out. *)
