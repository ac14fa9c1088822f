(** A network stack over one interface. Frames go in by {!receive} and out by the link; the time
    passes by {!expire}. Users' fibers call {!Tcp}, {!Udp_socket} and {!Echo}, which wait for what
    comes in.

    Any fiber of one domain may call; a lock keeps them apart. Its limits, and who goes first when
    one is reached, are those of its tables: {!Tcp_table}, {!Neighbours}, {!Reassembly},
    {!Path_mtu}, {!Routes}, {!Udp_socket}. *)

type t

val create :
  ?config:Control.config ->
  ?limits:Tcp_table.limits ->
  Link.t ->
  clock:(unit -> int) ->
  random:(unit -> int) ->
  t
(** [clock]: ns, which never go back. [random]: 30 bits that nobody can guess. *)

val interface : t -> Interface.t
val tcp : t -> Tcp.t
val udp : t -> Udp_socket.table
val echo : t -> Echo.table

(** {1 Addresses} *)

val add_address : t -> Address.t -> bits:int -> unit
(** One of our own, and the route to its network; in use at once. *)

val remove_address : t -> Address.t -> unit

val add_route : t -> prefix:Address.t -> bits:int -> via:Address.t -> bool
(** False: there are too many. *)

val remove_route : t -> prefix:Address.t -> bits:int -> via:Address.t -> unit

val autoconfigure : t -> unit
(** Of version 6: a link-local address, and what routers say. *)

(** {1 The link and the clock} *)

val receive : t -> Packet.t -> unit
(** A frame. Takes it. *)

val deadline : t -> int
(** When to call {!expire}; [max_int]: no need. It may have become earlier by any call; then
    [on_earlier] is called, with the lock held. *)

val expire : t -> unit
val on_earlier : t -> (unit -> unit) -> unit
