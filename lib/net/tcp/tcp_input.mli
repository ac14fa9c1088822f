(** What a segment does to its connection. Sources: RFC 9293 3.10.7.3 and 3.10.7.4, in its order of
    checks; RFC 5961 3-5 for segments that may be forged; RFC 7323 5; RFC 1337 (a reset does not end
    TIME-WAIT). *)

type verdict =
  | Done
  | Reset_sender  (** it belongs to no conversation that we know of: see {!Connection.reset_for} *)

val receive : Control.t -> now:int -> Segment.t -> Packet.t -> verdict
(** The segment's header was read, and the packet is its payload, which is taken. What is to be sent
    then, {!Tcp_output.next} knows. *)

val extent : Segment.t -> int
(** The sequence numbers that it takes: of its text, of SYN and of FIN. *)
