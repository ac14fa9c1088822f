(** Frames that arrive: checked, put together, and given to whom they are for. What is malformed
    is dropped and counted, what is for somebody else too. Sources: RFC 826, RFC 1122 3.2.1, RFC
    8200 4, RFC 4861 7.2, RFC 4443; RFC 1812 5.3.7 for sources that cannot be. *)

(** Who takes what. All are given both addresses of the packet, and take it. *)
type upper = {
  tcp : source:Address.t -> destination:Address.t -> Packet.t -> unit;
  udp : source:Address.t -> destination:Address.t -> Packet.t -> bool;
      (** False: nobody wants it, and it was not taken *)
  echoed : source:Address.t -> Packet.t -> unit;  (** an answer to an echo of ours *)
  failed : protocol:int -> destination:Address.t -> kind:failure -> Packet.t -> unit;
      (** what became of a packet of ours to [destination]: the packet begins with as much of its
          transport's header as was sent back, at least 8 bytes; not taken *)
}

and failure =
  | Unreachable of int  (** the code *)
  | Too_large of int  (** for this MTU *)
  | Expired

val receive : Interface.t -> Autoconfiguration.t -> upper -> Packet.t -> unit
(** A frame. Takes it. *)

val drain : Interface.t -> Autoconfiguration.t -> upper -> unit
(** All that we have sent to ourselves. *)
