(** What the stack asks of a network interface: it gives buffers to send in, and takes frames.
    Frames that arrive go the other way, to {!Interface.receive}, in packets of the driver's own,
    so that nothing is copied; releasing one gives its buffer back to the device. *)

type t = {
  mac : string;  (** 6 bytes *)
  mtu : int;  (** bytes of payload of a frame *)
  headroom : int;  (** what the driver wants free before a frame *)
  checksums : bool;  (** frames may be sent with {!Packet.leave_checksum} *)
  take : headroom:int -> Packet.t option;
      (** a buffer to send in, with room for a frame of [mtu]; [None]: not now, and not to wait
          for *)
  take_large : (headroom:int -> Packet.t option) option;
      (** the same for a frame with {!Packet.leave_segments}, and with room for as much as IP takes:
          the device cuts TCP of both versions. Such a device takes [checksums] too *)
  transmit : Packet.t -> unit;  (** a frame; takes it *)
  is_scarce : unit -> bool;
      (** few buffers are left to receive in: what nobody reads yet is to be copied out of them *)
}

val headroom : int
(** What the stack's own headers take: with a link's [headroom], what is left free before data. *)
