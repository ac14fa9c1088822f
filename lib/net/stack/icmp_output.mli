(** What we say by ICMP. Sources: RFC 792, RFC 1122 3.2.2, RFC 1812 4.3.2 and RFC 4443 2.4 for
    what is never answered, and how often. *)

type about = {
  source : Address.t;  (** of the packet that it is about *)
  destination : Address.t;
  header : string;  (** IP's, as it came *)
}

val error :
  Interface.t -> about -> kind:int -> code:int -> word:int -> Packet.t -> unit
(** Tells the sender of the packet, whose payload this is, what became of it; unless the packet
    was to many, from nobody in particular, a later fragment or an error itself, or too many were
    told already. Does not take the packet. *)

val echo_reply : Interface.t -> source:Address.t -> destination:Address.t -> Packet.t -> unit
(** Sends an echo back: the message that came from [source] to [destination]. Takes the packet. *)
