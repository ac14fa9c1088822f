(** A TCP connection without a network: segments, calls and the time go in, segments come out.
    Nothing happens by itself: after each input, ask {!next_segment} until there is none, and call
    {!expire} when {!deadline} has come. The same inputs give the same outputs.

    Source: RFC 9293; its parts name the others. *)

type t = Control.t

(** {1 Opening} *)

val connect :
  Control.config ->
  source_port:int ->
  destination_port:int ->
  first:int ->
  clock_offset:int ->
  now:int ->
  t
(** Sends SYN. [first] is its sequence number, and [clock_offset] is added to timestamps: both
    should be what no other can guess ({!Secret}). *)

val accept :
  Control.config -> Segment.t -> first:int -> clock_offset:int -> now:int -> t
(** Answers this segment with SYN. *)

val accept_cookie :
  Control.config -> Segment.t -> first:int -> segment:int -> clock_offset:int -> now:int -> t
(** This acknowledgement answers a SYN that we sent and did not remember ({!Cookie}): the
    connection stands, without options. [segment]: the peer's largest. The segment is then to be
    {!receive}d. *)

(** {1 Inputs} *)

val receive : t -> now:int -> Segment.t -> Packet.t -> Tcp_input.verdict
val expire : t -> now:int -> unit

val unreachable : t -> unit
(** The network says that the peer cannot be reached: ends it if it is being opened, else nothing
    (RFC 5461 4). *)

val set_segment : t -> int -> unit
(** No more than so much payload fits through: what is on its way is sent anew (RFC 1191 6.5). *)

(** {1 Outputs} *)

val next_segment : t -> now:int -> Segment.t -> bool
val waiting : t -> int
(** Bytes that were written, and could be sent now for the first time. *)

val allow_burst : t -> int -> unit
(** The next segment may have the payload of so many, 1 or more: the device cuts it into segments of
    {!Control.payload_most}. *)

val payload : t -> Octets.t -> int -> unit
val payload_length : t -> int
(** Of the segment that {!next_segment} gave. *)

val deadline : t -> int

val reset_for : Segment.t -> Segment.t -> unit
(** [reset_for segment answer]: makes the answer to a segment that belongs to no connection (RFC
    9293 3.10.7.1). The segment is no reset. *)

(** {1 The user} *)

val write : t -> bytes -> int -> int -> int
(** How many bytes it took: 0 while the buffer is full, and after {!close}. *)

val refuse_text : t -> unit
(** There was no memory for a segment's text, which is as if it had not come: the peer is told of a
    closed window, until something is {!read}. *)

val read : t -> bytes -> int -> int -> int
(** How many bytes there were. *)

val take : t -> Packet.t option
(** What arrived, in the packet that brought it: the caller's. *)

val close : t -> unit
(** Nothing more will be written. What was, is sent; the peer's data can still be read. *)

val leave : t -> unit
(** Nothing will be written or read any more: {!close}, but data that is unread, or that still
    comes, resets the connection (RFC 2525 2.17). *)

val abort : t -> unit
(** Resets it. *)

val state : t -> Control.state
val ending : t -> Control.ending
val is_established : t -> bool
(** Has been opened. *)

val readable : t -> int
(** Bytes. *)

val at_end : t -> bool
(** Nothing is to be read, and nothing will come. *)

val writable : t -> int
(** Bytes that {!write} would take. *)
