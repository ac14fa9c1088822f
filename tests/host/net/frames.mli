(** Frames that anybody could send, made by hand. *)

open Net

val ipv4 : ?to_mac:string -> ?fragment:int -> source:Address.t -> destination:Address.t ->
  protocol:int -> string -> string
(** With this payload, from a MAC address of nobody. *)

val tcp :
  ?data:string -> source:Address.t -> destination:Address.t -> ports:int *
    int -> sequence:int -> ack:int -> int -> string
(** The last argument: flags. *)

val udp : source:Address.t -> destination:Address.t -> ports:int * int -> string -> string
val icmp : source:Address.t -> destination:Address.t -> kind:int -> code:int -> word:int -> string
  -> string
val arp_request : sender:Address.t -> mac:string -> target:Address.t -> string

val segment_of : string -> (Segment.t * Address.t * Address.t) option
(** Of a frame with TCP over IPv4, its source and its destination. *)

val router_mac : string
(** Of {!ipv6}'s sender. *)

val ipv6 :
  ?hop_limit:int -> source:Address.t -> destination:Address.t -> next:int -> string -> string
(** To everybody. *)

val icmp6 : ?hop_limit:int -> source:Address.t -> destination:Address.t -> string -> string
(** A message whose checksum is put in. *)
