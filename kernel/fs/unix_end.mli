(** One end of local sockets: its state and what waits in it. The parts of {!Unix_socket} share it;
    nobody else looks inside.

    What polling looks at is in atomic cells. The queues belong to who has [lock], which is held for
    a few steps only; who takes bytes out of the first message has [reading]. Nobody takes a second
    lock but {!Unix_flight}, whose own comes before all others. *)

type kind = Stream | Datagram | Seqpacket
type credentials = { pid : int; uid : int; gid : int }
type state = Closed | Listening | Connected

type message = {
  data : bytes;  (** {!Unix_buffers}' *)
  mutable start : int;  (** what has been read is before it *)
  stop : int;  (** what is behind it is nobody's *)
  mutable rights : File.t list;  (** held by the message; under {!Unix_flight}'s lock *)
  credentials : credentials;
  from : t;
  cost : int;  (** what it takes of the sender's room *)
}

and t = {
  id : int;
  kind : kind;
  lock : Sync.Lock.t;
  reading : Sync.Lock.t;
  messages : message Queue.t;
  arrivals : t Queue.t;  (** who has connected, and is not accepted yet *)
  queued : int Atomic.t;  (** of either *)
  state : state Atomic.t;
  peer : t option Atomic.t;
  shut : int Atomic.t;  (** {!shut_read}, {!shut_write} *)
  error : Errno.t option Atomic.t;
  charged : int Atomic.t;  (** costs of what was sent and is not read yet *)
  send_room : int Atomic.t;
  receive_room : int Atomic.t;
  most_queued : int Atomic.t;
  name : string Atomic.t;  (** as sun_path has it; empty when there is none *)
  dead : bool Atomic.t;
  watch : Watch.t;
  drained : Watch.t;  (** rung when the queue is no longer full *)
  no_relay : (unit -> unit) Atomic.t;  (** ends ringing [watch] for the peer's [drained] *)
  owner : credentials;  (** who made it *)
  peer_credentials : credentials Atomic.t;
  passes_credentials : bool Atomic.t;
  receive_timeout : float Atomic.t;
  send_timeout : float Atomic.t;
  unbind : (unit -> unit) Atomic.t;
  nonblocking : (unit -> bool) Atomic.t;  (** its file's *)
  kept : (int * int) list Atomic.t;  (** numbers by options that have no effect *)
}

type File.what += Socket of t

val create : kind -> credentials -> t
val shut_read : int
val shut_write : int
val is_shut : t -> int -> bool
val shut : t -> int -> unit

val take_error : t -> Errno.t option
(** It is told once. *)

val is_full : t -> bool
(** More has been queued than may be, by who is not its peer. *)

val has_room : t -> bool
(** To send at all. *)

val is_peer : t -> of_:t -> bool

val blocked_by : t -> t -> bool
(** Whether sending from the first to the second has to wait for its queue. *)

val cost : int -> int
(** Of a message of so many bytes. *)

val there_is_memory : unit -> bool
(** Less than {!most_charged} is charged in all sockets together. *)

val most_charged : int Atomic.t
(** 64 MiB at first. *)

val charge : message -> unit
(** It has been put in. *)

val uncharge : message -> unit
(** It has been taken out: its sender has its room back. *)

val readiness : t -> Readiness.t
(** As unix_poll and unix_dgram_poll of Linux (net/unix/af_unix.c) tell. *)

val told : Readiness.t
(** What is rung when there is something to receive. *)
