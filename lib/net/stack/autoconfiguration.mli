(** Addresses of version 6 that an interface gives itself, and what routers tell it. Sources: RFC
    4862 (addresses), RFC 4861 6.3 (routers), RFC 8106 (DNS servers). The interface identifier is
    made of the MAC address. *)

type t

val create : Interface.t -> t

val start : t -> unit
(** Takes a link-local address, once nobody objects, and asks for routers. *)

val advertised : t -> source:Address.t -> Discovery.t -> unit
(** A router's advertisement. *)

val objected : t -> Address.t -> unit
(** Somebody has this address, or wants it as well: if it is a tentative one of ours, we do not take
    it. *)

val deadline : t -> int
val expire : t -> unit
