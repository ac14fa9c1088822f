(** Packets on their way out: a source, a way, a header, a neighbour. Sources: RFC 791 2.3, RFC
    8200 4.5 and 5, RFC 1122 3.3.1, RFC 894, RFC 2464. *)

type error =
  | No_route
  | No_address  (** of ours that could speak to that one *)
  | Too_large  (** and not to be cut into fragments, or more than 64 KiB *)

val pp_error : Format.formatter -> error -> unit

val packet : Interface.t -> Packet.t option
(** A buffer to send in, with room for all headers before it. Counts where there is none. *)

val large_packet : Interface.t -> Packet.t option
(** The same, with room for 64 KiB, where the device cuts. *)

val room : Interface.t -> int
(** What a packet's transport has room for at least, headers of either IP taken off: by the link's
    MTU. *)

val send :
  Interface.t ->
  source:Address.t ->
  destination:Address.t ->
  protocol:int ->
  ?hop_limit:int ->
  ?whole:bool ->
  Packet.t ->
  (unit, error) result
(** Sends what the packet holds, a transport's header and data, its checksum included. [whole]: it
    is not to be cut, neither by us nor on the way. Takes the packet. Whoever is asked for and
    does not answer is not an error here, but {!Interface.counts}'s [unanswered]. *)

val send_discovery :
  Interface.t -> source:Address.t -> destination:Address.t -> Discovery.t -> unit

val ask : Interface.t -> Address.t -> mac:string -> unit
(** Asks who has this address, on the link: everybody when [mac] is [""]. *)

val transmit : Interface.t -> kind:int -> mac:string -> Packet.t -> unit
(** A frame of this EtherType. *)
