(** Addresses of either version of IP. Sources: RFC 791 3.2, RFC 4291, RFC 5952 for how those of
    version 6 are written. *)

type t = private string
(** Its 4 or 16 bytes, as on the wire: equal and ordered as strings. *)

val of_octets : string -> t
(** @raise Invalid_argument unless it has 4 or 16 bytes. *)

val to_octets : t -> string

val v4 : int -> int -> int -> int -> t
(** [v4 10 0 2 15]. *)

val get4 : Octets.t -> int -> t
(** Those 4 bytes of a packet. *)

val get6 : Octets.t -> int -> t
val put : t -> Octets.t -> int -> unit
val is_v4 : t -> bool
val is_v6 : t -> bool
val equal : t -> t -> bool
val compare : t -> t -> int

module Table : Hashtbl.S with type key = t

(** {1 Text} *)

val of_string : string -> t option
(** [10.0.2.15], [fe80::1], [::ffff:10.0.2.15]; no zone. [None] for anything else, leading zeros in
    decimal numbers included, which some read as octal. *)

val to_string : t -> string
val pp : Format.formatter -> t -> unit

(** {1 Kinds} *)

val any4 : t
(** [0.0.0.0]. *)

val any6 : t
(** [::]. *)

val broadcast4 : t
(** [255.255.255.255]. *)

val loopback4 : t
val loopback6 : t
val all_nodes6 : t
(** [ff02::1]. *)

val all_routers6 : t
(** [ff02::2]. *)

val is_any : t -> bool
val is_loopback : t -> bool
val is_multicast : t -> bool

val is_link_local : t -> bool
(** [169.254.0.0/16], [fe80::/10]. *)

val is_unicast : t -> bool
(** May be a sender's: neither {!is_any}, multicast nor [255.255.255.255]. *)

(** {1 Derived ones} *)

val solicited_node : t -> t
(** Of a version 6 one, the group in which it is asked for (RFC 4291 2.7.1). *)

val of_mac : prefix:string -> string -> t
(** 8 bytes of prefix, and the interface identifier that RFC 4291, appendix A, makes of 6 bytes of
    MAC address. *)

val multicast_mac : t -> string
(** The MAC address of a group (RFC 1112 6.4, RFC 2464 7). *)
