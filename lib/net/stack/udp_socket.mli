(** UDP in direct style: calls wait, in a fiber, and can be canceled. Source: RFC 768, RFC 8085
    for what its users should heed. *)

type table
(** All of a stack. *)

type t

type error = In_use | No_port | No_way of Ip_output.error | Closed | Unreachable | Timed_out
(** [Unreachable]: the peer of a {!connect}ed socket has nobody at that port. *)

val pp_error : Format.formatter -> error -> unit
val create : Context.t -> table

val bind : table -> ?address:Address.t -> port:int -> unit -> (t, error) result
(** Port 0: any that is free. *)

val connect : table -> t -> Address.t -> port:int -> unit
(** Takes only what comes from there. *)

val send : table -> t -> Address.t -> port:int -> bytes -> int -> int -> (unit, error) result
(** Cut into fragments where it must. *)

val receive :
  ?until:int -> table -> t -> bytes -> int -> int -> (int * Address.t * int, error) result
(** The next datagram: how long it was, which may be more than there was room for; and who sent it.
    [until]: a time of the stack's clock, then [Timed_out]. *)

val receive_packet : ?until:int -> table -> t -> (Packet.t * Address.t * int, error) result
(** The same without copying; the caller releases it, soon. *)

val is_readable : t -> bool
(** {!receive} would not wait. *)

val watch : table -> t -> (unit -> unit) -> unit
(** The function is called whenever {!is_readable} may have changed, with the stack's lock held: it
    only notes or wakes. *)

val close : table -> t -> unit
val port : t -> int

val dropped : t -> int
(** What came while 256 packets waited to be received. *)

(** {1 The network} *)

val input : table -> source:Address.t -> destination:Address.t -> Packet.t -> bool
val failed : table -> destination:Address.t -> kind:Ip_input.failure -> Packet.t -> unit
