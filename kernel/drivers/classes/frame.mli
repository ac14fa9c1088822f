(** A frame of a network in a buffer of its interface ({!Network}): two words, which go through
    rings as they are. The first says where it stands; the second what the device is asked to do
    with it, or has left to do. *)

val words : int
(** 2. *)

(** {1 Where it stands} *)

val make : buffer:int -> offset:int -> length:int -> int
(** The first word: [length] bytes, from [offset] of the buffer on. Both are below 2{^17}, which
    nothing checks here. *)

val buffer : int -> int
val offset : int -> int
val length : int -> int

(** {1 What is said of a received one} *)

val has_more : int -> bool
(** The frame goes on in the next buffer that is received. *)

val is_checked : int -> bool
(** The device found its checksum right. *)

val mark_more : int
val mark_checked : int
(** To be added to the first word. *)

(** {1 What is left to do}

    The second word; 0 when there is nothing. *)

type protocol = Tcp4 | Tcp6

val checksum : start:int -> offset:int -> int
(** The checksum of all from byte [start] of the frame on is to be computed, and stored at [offset]
    from there: where the sum of the pseudo header stands now. *)

val segments : protocol -> size:int -> header:int -> int
(** To be added to a {!checksum}: the frame is many, of up to [size] bytes of payload each after
    [header] bytes of headers. *)

val without_segments : int -> int
(** The same of a frame that is but one. *)

val has_checksum : int -> bool
val checksum_start : int -> int
val checksum_offset : int -> int

val protocol : int -> protocol option
(** [None]: it is one frame. *)

val segment_size : int -> int
val header_length : int -> int

(** {1 For drivers: items of {!Port}}

    Out goes [Send], a frame, and [Fill], an empty buffer to receive in, each of both words. Back
    comes the buffer, in either [Sent] or [Received]; and [Link]. *)

module Item : sig
  type outbound = Send | Fill
  type inbound = Sent | Received | Link

  val outbound : int -> outbound
  (** Of the first word. *)

  val fill : buffer:int -> int
  (** [Send] is the frame's own word. *)

  val inbound : int -> inbound option
  val sent : buffer:int -> int

  val dropped : buffer:int -> int
  (** [Sent] of a frame that the device could not send: counted as lost. *)

  val was_dropped : int -> bool

  val received : buffer:int -> offset:int -> length:int -> int
  val link : up:bool -> int
  val link_is_up : int -> bool
end
