(** Network interfaces. An interface stays while drivers of its device come and go. It sends and
    receives frames as they are on the wire, without their check sequence.

    All data stands in buffers, which belong to the interface and which the device reads and writes
    itself: nobody copies. Each buffer is in one hand: free, a user's, or lent to the driver. Each
    queue of an interface has its own, so many to send and so many to receive.

    Nothing is lost that is not counted: a driver's end gives back what was lent to it, and what it
    had not sent is sent by the next, so that a frame may arrive twice. When no buffer is left to
    receive in, further frames are the device's to keep or to drop. *)

type t

type info = {
  mac : string;  (** 6 bytes *)
  mtu : int;  (** bytes of payload of a frame *)
  link : bool;  (** there is somebody at the other end *)
  checksums : bool;  (** frames may be sent with {!Frame.checksum} *)
  segments : Frame.protocol list;  (** ... and with {!Frame.segments} of these *)
}

val name : t -> string
(** ["net0"]. *)

val device : t -> string
val info : t -> info
(** [link] is as it is now. *)

(** {1 Queues} *)

type queue

val queues : t -> queue array
(** At least one. What arrives is spread over all of them, as the device sees fit. *)

val queue_here : t -> queue
(** The one to send on from the calling fiber's core. *)

(** {1 Buffers} *)

val memory : queue -> Hal.Dma.t
(** In which its buffers stand. *)

val start : queue -> int -> int
(** Where in the memory this buffer begins. *)

val buffer_bytes : int
(** 2048. *)

val headroom : int
(** 64: a buffer's first bytes, which frames leave to the driver. *)

(** {1 Sending} *)

val take : queue -> int array -> most:int -> int
(** Takes up to so many buffers for frames to send, and waits for at least one: this is what holds
    back who sends too fast. How many; 0 when the interface has no driver and will get none by
    itself. *)

val take_large : queue -> int array -> most:int -> int
(** The same, of large buffers. 0, too, when the interface has none: with no [segments] in
    {!info}. *)

val transmit : queue -> int array -> frames:int -> unit
(** Sends frames, {!Frame.words} each, in buffers that were taken from this queue; they are not the
    caller's any more. Does not wait. Any core. Without a driver they are lost.
    @raise Invalid_argument for a buffer that is not the caller's, or a frame that is not within. *)

val give_up : queue -> int array -> count:int -> unit
(** Gives back buffers that were taken, unused. *)

(** {1 Receiving}

    One fiber for each queue. *)

val receive : queue -> int array -> int
(** Frames that came, {!Frame.words} each; waits for at least one. How many; 0 when the interface
    has no driver and will get none by itself. Their buffers are the caller's. *)

val release : queue -> int array -> frames:int -> unit
(** Gives back the buffers of received frames. In batches: each call talks to the driver. *)

(** {1 Interfaces there are} *)

val all : unit -> t list
val find : string -> t option

type counts = {
  sent : int;
  sent_bytes : int;
  received : int;
  received_bytes : int;
  resent : int;  (** given to a further driver, as one had ended *)
  lost : int;  (** to send, and never sent *)
  missed : int;  (** received by the device, and never seen *)
}

val counts : t -> counts
val statistics : t -> Port.statistics list
(** Of each queue of the present driver. *)

(** {1 For drivers} *)

type lent = {
  core : int;
  bell : Sched.Bell.t;
  layout : Buffers.layout;  (** as many as the driver has room for *)
}

val offer : Device.t -> info -> queues:lent list -> (Port.driver * Hal.Dma.t) list
(** The device is an interface, with these queues. For each its port, whose items {!Frame.Item}
    tells, and the memory of its buffers. Each buffer is with the driver once at most: those to
    receive in by [Fill], the others by [Send]; answers always have room. A [Send] has {!headroom} -
    16 bytes before its frame that the driver may use.
    @raise Device.Failed when it was one before, with other queues; or there is no memory. *)

val missed : Device.t -> int -> unit
(** So many received frames were lost, in the device or with the driver: to be called by either's
    end. *)
