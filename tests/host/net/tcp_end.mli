(** One end of a TCP connection, and a peer that tests play: segments in, segments out, as text. *)

open Net

type t = { mutable connection : Connection.t; mutable now : int; segment : Segment.t }

val first : int
(** 1000: our first sequence number. *)

val peer : int
(** 5000: the peer's. *)

val packets_held : unit -> int
(** Of all ends together. *)

val packet : string -> Packet.t

(** {1 Opening} *)

val connecting : ?config:Control.config -> unit -> t
(** Its SYN is still to be {!sent}. *)

val established :
  ?config:Control.config -> ?mss:int -> ?scale:int -> ?sack:bool -> ?timestamp:int -> ?window:int ->
  ?round_trip:int -> unit -> t
(** By our SYN and the peer's, which has no options but these, and comes [round_trip] ms later. *)

(** {1 In} *)

val gets :
  t ->
  ?sequence:int ->
  ?ack:int ->
  ?window:int ->
  ?data:string ->
  ?mss:int ->
  ?scale:int ->
  ?sack:bool ->
  ?timestamp:int * int ->
  ?sacks:(int * int) list ->
  string ->
  Tcp_input.verdict
(** A segment of the peer's with flags such as ["SA"]: S, A, F, R, P. Without [sequence] it begins
    where we expect it, and without [ack] it acknowledges all that we sent. *)

val put : t -> ?sequence:int -> ?ack:int -> ?window:int -> ?data:string -> ?sacks:(int * int)
  list -> ?timestamp:int * int -> string -> unit
(** The same, and nothing is wrong with it. *)

val write : t -> string -> unit
val read : t -> string

val after : t -> int -> unit
(** So many ms pass, and each deadline is met on time. *)

val pass : t -> int -> unit
(** So many ms pass, and what was sent in them is printed with its time by {!sent}. *)

(** {1 Out} *)

val sent : t -> string
(** All that is due, as [SA 1000 5001 w65535], with [+N] for N bytes of data, and options;
    segments are separated by ["; "]. *)

val expect : t -> string -> string -> unit
(** [expect t what wanted]: {!sent} is this. *)

val state : t -> Control.state -> unit
