(** TCP in direct style: calls wait, in a fiber. Calls of one socket may come from several fibers;
    those that write must agree among themselves who goes first. All can be canceled while they
    wait, and nothing is lost by it that was not written yet. *)

type t = Tcp_table.t
type socket
type listener

type error =
  | Refused
  | Reset  (** by the peer *)
  | Timed_out
  | Unreachable
  | Closed  (** here: by {!close} or {!abort} *)
  | In_use  (** the port *)
  | No_way of Ip_output.error
  | Too_many  (** connections, or no port is left *)

val pp_error : Format.formatter -> error -> unit

(** {1 Opening} *)

val connect :
  t ->
  ?config:Control.config ->
  ?source:Address.t ->
  Address.t ->
  port:int ->
  (socket, error) result

val listen :
  t ->
  ?address:Address.t ->
  ?config:Control.config ->
  ?backlog:int ->
  port:int ->
  unit ->
  (listener, error) result
(** [backlog]: so many connections may wait to be accepted; 128. *)

val accept : t -> listener -> (socket, error) result
(** [Closed] after {!stop}. *)

val stop : t -> listener -> unit

(** {1 Speaking} *)

val read : t -> socket -> bytes -> int -> int -> (int, error) result
(** At least one byte, as many as there are; 0 at the end of what the peer had to say, or for a
    length of 0. *)

val read_packet : t -> socket -> (Packet.t option, error) result
(** The same without copying: the bytes in the packet that brought them. The caller releases it,
    soon: it may be one of the device's buffers. [None] at the end. *)

val write : t -> socket -> bytes -> int -> int -> (unit, error) result
(** All of it, once there was room. That it arrived is not said. *)

val close : t -> socket -> unit
(** Nothing more will be written; the rest can still be read. Does not wait. *)

val leave : t -> socket -> unit
(** Nothing more will be read either: what comes later resets the connection. Every socket ends by
    this or by {!abort}. *)

val abort : t -> socket -> unit

(** {1 Without waiting}

    For whoever waits for several things at once. *)

val watch : t -> socket -> (unit -> unit) -> unit
(** The function is called whenever what follows may have changed, with the stack's lock held: it
    only notes or wakes. One for each socket; [ignore] for none. *)

val is_readable : socket -> bool
(** {!read} would not wait. *)

val is_writable : t -> socket -> bool
(** {!write} would take something, or fail, at once. *)

val watch_arrivals : t -> listener -> (unit -> unit) -> unit

val is_acceptable : listener -> bool
(** {!accept} would not wait. *)

(** {1 About it} *)

val local : socket -> Address.t * int
val remote : socket -> Address.t * int
val connection : socket -> Control.t
val local_port : listener -> int
