(** Who on the link has which address: what ARP and neighbour discovery know, in one table for
    both. Sources: RFC 4861 5.1, 7.3 for states, times and constants, which serve ARP as well (RFC
    826 leaves them open); RFC 6583 for limits against those who ask for many addresses.

    Times in ns. The table holds {!limit} neighbours. When it is full, one that is not known makes
    room before one that was not used for long, and a neighbour who answers is never given up for
    one who has not. *)

type t

val limit : int

val most_waiting : int
(** Packets that wait for all of them together: 64. *)

val create : unit -> t

(** {1 Sending} *)

val find : t -> now:int -> Address.t -> string
(** The MAC address to send to; [""] when it is not known. One that was not confirmed for 30 s is
    used, and asked for again when no answer comes by itself. *)

val wait : t -> now:int -> Address.t -> Packet.t -> bool
(** The packet waits until an unknown neighbour is known: up to three for each, the first of which
    goes when more come, and {!most_waiting} in all: more are dropped. Whether to ask for it now,
    as the first. Takes the packet. *)

(** {1 Hearing} *)

type heard = {
  mac : string;
  solicited : bool;  (** it answers us, so both ways work *)
  override : bool;  (** it holds against another MAC address that we know *)
}

val heard :
  t ->
  now:int ->
  Address.t ->
  heard ->
  create:bool ->
  send:(Packet.t -> string -> unit) ->
  unit
(** Somebody said that this is its MAC address; who waited for it is sent. One that is not in the
    table is put there only if [create]: when it asked us for something. *)

val confirmed : t -> now:int -> Address.t -> unit
(** It answered at a higher layer. *)

(** {1 Time} *)

val deadline : t -> int
val expire :
  t -> now:int -> ask:(Address.t -> mac:string -> unit) -> lost:(Packet.t -> unit) -> unit
(** [ask] for those that are waited for: everybody when [mac] is [""], else this one alone. What
    waited for one that does not answer three times is [lost]. *)

val count : t -> int
val clear : t -> unit

type state = Incomplete | Reachable | Stale | Delay | Probe

val all : t -> (Address.t * string * state) list
