(** TCP segments sent by each queue of an interface, as large as the device takes them, to a peer
    that sends them back with the two Ethernet addresses exchanged. What comes back, in segments of
    any size, is verified byte by byte; whole checksums are too. *)

type result = {
  streams : int;  (** one for each queue *)
  bytes : int;  (** that came back, of all streams *)
  frames : int;  (** in which they came *)
  large : int;  (** of these, more than a segment *)
  sums : int;  (** checksums that were whole, and right *)
  queues : int;  (** by which something came *)
  elapsed_ns : int;
}

val run : bytes:int -> Drivers.Network.t -> (result, string) Stdlib.result
(** [bytes] of each stream. The error says what came back wrong, or that nothing does any more. *)
