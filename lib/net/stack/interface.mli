(** An interface with its addresses, and all that is known of the network behind it. Belongs to one
    domain; whoever shares it between fibers locks it. Nothing waits here. *)

type address_state =
  | Tentative  (** being asked for, whether somebody else has it (RFC 4862 5.4) *)
  | Preferred
  | Deprecated  (** not for new conversations *)

type own = {
  address : Address.t;
  bits : int;
  mutable state : address_state;
  mutable preferred_until : int;
  mutable valid_until : int;
  mutable asked_at : int;  (** when it was last asked for *)
}

type counts = {
  mutable received : int;
  mutable sent : int;
  mutable malformed : int;  (** dropped: not as the standards say *)
  mutable foreign : int;  (** dropped: for somebody else, or of an unknown kind *)
  mutable no_buffer : int;  (** not sent *)
  mutable no_route : int;
  mutable unanswered : int;  (** not sent, as nobody answered for the address *)
  mutable limited : int;  (** not answered, as too many wanted an answer *)
}

type t = {
  link : Link.t;
  clock : unit -> int;  (** ns *)
  random : unit -> int;  (** 30 bits that nobody can guess *)
  mutable own : own list;
  neighbours : Neighbours.t;
  routes : Routes.t;
  paths : Path_mtu.t;
  fragments : Reassembly.t;
  local : (int * Packet.t) Queue.t;  (** to ourselves: EtherType, packet *)
  errors : Rate.t;  (** of ICMP *)
  echoes : Rate.t;
  counts : counts;
  mutable hop_limit : int;  (** of what we send by version 6 *)
  mutable dad_failed : int;  (** our addresses that others had *)
  mutable on_servers : (Address.t * int) list -> unit;  (** a router tells of DNS, with seconds *)
}

val create : Link.t -> clock:(unit -> int) -> random:(unit -> int) -> t
(** Without addresses but for loopback's. *)

val most_local : int
(** Of packets to ourselves that wait: 256. *)

val has : t -> Address.t -> bool
(** An address of ours, tentative ones apart. *)

val find : t -> Address.t -> own option

val takes : t -> Address.t -> bool
(** Packets to this address are for us: {!has}, loopback, broadcasts, groups that we are in. *)

val is_broadcast : t -> Address.t -> bool
(** Of version 4: everybody's, or that of a network of ours. *)

val add : t -> own -> unit
(** And the route to its network. Sixteen at most: more are not added. *)

val remove : t -> Address.t -> unit

val source_for : t -> Address.t -> Address.t option
(** The address of ours to speak to this one from (RFC 6724 5, rules 1, 2, 3 and 8). *)
