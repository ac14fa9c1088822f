(** The TCP connections of a stack, and who listens: from packets to connections and back. With the
    stack's lock held. Users see {!Tcp}. Sources: RFC 9293 3.10.7; RFC 4987 3.6 (cookies), RFC 6056
    (ports), RFC 5927 (what ICMP may do). *)

type limits = {
  connections : int;  (** of all kinds *)
  half_open : int;  (** which are remembered; more SYNs are answered by cookies *)
  time_wait : int;  (** the oldest end early *)
  bytes : int;
      (** that all connections together hold for their readers; and as many for their peers. Beyond
          that, only connections get on whose readers, or peers, keep up *)
}

val default_limits : limits

type socket = {
  connection : Control.t;
  local : Address.t;
  remote : Address.t;
  changed : Sync.Lock.Condition.t;  (** signaled when anything may have *)
  mutable deadline : Deadlines.entry;
  mutable is_in_table : bool;
  mutable is_waiting : bool;  (** in TIME-WAIT, and counted *)
  mutable listener : listener option;  (** until it was accepted *)
  mutable is_half_open : bool;
  mutable received : int;  (** bytes that it holds, as counted last *)
  mutable written : int;
}

and listener = {
  address : Address.t option;
  port : int;
  backlog : int;
  config : Control.config option;
  accepted : socket Queue.t;  (** established, to be accepted *)
  arrived : Sync.Lock.Condition.t;
  mutable half_open : int;
  mutable is_open : bool;
}

type counts = {
  mutable opened : int;
  mutable accepted_ : int;
  mutable cookies_sent : int;
  mutable cookies_taken : int;
  mutable refused_full : int;  (** SYNs dropped: too many connections, or a full backlog *)
  mutable refused_memory : int;  (** segments dropped: {!limits}' [bytes] *)
  mutable resets_sent : int;
  mutable malformed : int;
}

type t

val create : Context.t -> config:Control.config -> limits -> t
val context : t -> Context.t
val counts : t -> counts
val count : t -> int
(** Connections in the table. *)

val iter : (socket -> unit) -> t -> unit

(** {1 The network} *)

val input : t -> source:Address.t -> destination:Address.t -> Packet.t -> unit
val failed : t -> destination:Address.t -> kind:Ip_input.failure -> Packet.t -> unit

(** {1 Users} *)

val listen :
  t -> ?address:Address.t -> ?config:Control.config -> port:int -> backlog:int -> unit -> listener option
(** [None]: somebody listens there. *)

val unlisten : t -> listener -> unit
(** What was not accepted is reset. *)

type failure = No_route of Ip_output.error | No_port | Too_many

val connect :
  t ->
  ?config:Control.config ->
  ?source:Address.t ->
  Address.t ->
  port:int ->
  (socket, failure) result

val room_to_write : t -> socket -> int
(** Bytes that may be written now. *)

val flush : t -> socket -> unit
(** After each input to the connection: sends what is due, sets its deadline, and tells who waits.
    *)
