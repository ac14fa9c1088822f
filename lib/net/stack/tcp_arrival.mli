(** Segments that arrive: whose they are, and what becomes of those that are nobody's. Sources: RFC
    9293 3.10.7.1, 3.10.7.2; RFC 4987 3.6 (cookies), RFC 5927 (what ICMP may do). *)

val input : Tcp_table.t -> source:Address.t -> destination:Address.t -> Packet.t -> unit
(** A segment from one address to another, which is ours. Takes it. *)

val failed : Tcp_table.t -> destination:Address.t -> kind:Ip_input.failure -> Packet.t -> unit
(** A segment of ours, of which this begins with the first 8 bytes, did not get there: only believed
    of what is on its way. Does not take the packet. *)
