(** A queue of a network interface ({!Network}): its buffers, and how they come to a driver,
    whichever that is at the time. For {!Network} and {!Network_arrivals} alone.

    A driver's time with the interface is a life, which has a number. What is lent to the driver is
    marked with that; when its life is over, whatever still bears its number goes to the next one,
    or is lost with nobody to send it. *)

type info = {
  mac : string;
  mtu : int;
  link : bool;
  checksums : bool;
  segments : Frame.protocol list;
}
(** {!Network.info}. *)

type phase = Closed | Up of { device : Device.t; ports : Port.kernel array }
type life = { number : int; phase : phase }

type lent = { core : int; bell : Sched.Bell.t; layout : Buffers.layout }
(** {!Network.lent}. *)

type t = {
  interface : interface;
  index : int;
  buffers : Buffers.t;
  items : int array;  (** by buffer: what its driver was or would be sent *)
  scratch : int array array;  (** by core *)
  arriving : Hal.Ring.single Hal.Ring.producer;
  arrived : Hal.Ring.consumer;
  bell : Sched.Bell.t;
  mutable sent : int;
  mutable sent_bytes : int;
  mutable received : int;
  mutable received_bytes : int;
}

and interface = {
  name : string;
  device : string;
  mutable info : info;
  mutable queues : t array;
  life : life Atomic.t;
  resent : int Atomic.t;
  lost : int Atomic.t;
  missed : int Atomic.t;
}

val create : interface -> Device.t -> int -> lent -> t
(** The interface's queue of this index. *)

val port : t -> lent -> Port.kernel * Port.driver
(** With room for all of its buffers. *)

val is_closed : interface -> bool

val words : int
(** {!Frame.words}. *)

val make_items : t -> int array
(** As many as it has buffers. *)

val wait_forbidden : unit -> 'a
(** A ring is full that has room for every buffer.
    @raise Failure always. *)

(** {1 Lending} *)

val lend : t -> int array -> count:int -> unit
(** Buffers that were the caller's, whose items stand in the array, are the driver's. Does not wait;
    any core. *)

val give : t -> int -> unit
(** This buffer, if a dead driver had it or was sent it, is the present one's. *)

val note_lost : t -> int -> unit
(** A buffer to send is free, and what it held was not sent. *)
