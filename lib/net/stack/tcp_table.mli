(** The TCP connections of a stack, and who listens: what they may hold together, and what they
    send. What arrives is {!Tcp_arrival}'s, what is opened here {!Tcp_opening}'s; users see
    {!Tcp}. All of it with the stack's lock held. *)

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
  mutable confirmed_at : int;  (** when the way to the peer was last seen to work *)
  mutable watch : unit -> unit;  (** called when anything may have changed *)
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
  mutable watch_arrivals : unit -> unit;
}

type counts = {
  mutable opened : int;
  mutable accepted : int;
  mutable cookies_sent : int;
  mutable cookies_taken : int;
  mutable refused_full : int;  (** SYNs dropped: too many connections, or a full backlog *)
  mutable refused_memory : int;  (** segments dropped: {!limits}' [bytes] *)
  mutable resets_sent : int;
  mutable malformed : int;
}

type t = {
  context : Context.t;
  config : Control.config;
  limits : limits;
  flows : socket Flows.t;
  listeners : (int, listener) Hashtbl.t;  (** by port *)
  waiting : socket Queue.t;  (** in TIME-WAIT, the oldest first *)
  segment : Segment.t;  (** that came *)
  answer : Segment.t;  (** that goes *)
  counts : counts;
  resets : Rate.t;  (** for segments of no connection *)
  mutable received : int;  (** bytes that wait to be read, of all *)
  mutable written : int;  (** ... to be acknowledged *)
  mutable half_open : int;
  mutable cookies_until : int;  (** cookies that were sent may still come back *)
  mutable next_port : int;
}

val create : Context.t -> config:Control.config -> limits -> t
val context : t -> Context.t
val counts : t -> counts
val now : t -> int

val often : int
(** 10 s: after so long, the way to a peer is to be seen to work once more. *)

val count : t -> int
(** Connections in the table. *)

val iter : (socket -> unit) -> t -> unit

(** {1 Connections} *)

val config_for : t -> Control.config option -> Address.t -> Control.config
(** This, or the table's own, with segments that fit into what is known to get to that address. *)

val largest_segment : t -> Address.t -> int

val has_room : t -> bool
(** For one more: makes the oldest in TIME-WAIT end if it must. *)

val add :
  t -> Control.t -> local:Address.t -> remote:Address.t -> listener:listener option -> socket
(** A new connection, of a flow that has none; to be {!flush}ed. *)

val remove : t -> socket -> unit

val flush : t -> socket -> unit
(** After each input to the connection: sends what is due, sets its deadline, and tells who waits.
    *)

val has_room_to_receive : t -> socket -> Segment.t -> bool
(** For this segment's text, by the [bytes] of {!limits}. *)

val room_to_write : t -> socket -> int
(** Bytes that may be written now. *)

(** {1 Segments of no connection} *)

val send_alone : t -> Segment.t -> source:Address.t -> destination:Address.t -> unit

val send_reset : t -> local:Address.t -> remote:Address.t -> unit
(** In answer to [segment]. *)
