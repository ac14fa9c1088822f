(** What a connection has to send now. Sources: RFC 9293 3.8.6 (windows, silly windows, probes),
    3.7.4 (small segments), RFC 7323, RFC 6675 (what is on its way), RFC 8985 7 (tail loss
    probes). *)

val next : Control.t -> now:int -> Segment.t -> bool
(** The next segment that is due, in order of need: to be called until it is false. The segment
    has all but its payload, which is [out_length] bytes from position [out_from] on ({!payload}).
    The connection takes it for sent. *)

val payload : Control.t -> Octets.t -> int -> unit
(** Copies what {!next} asked for to this place; before the next call of {!next}. *)

val window_grew : Control.t -> unit
(** Something was read: an acknowledgement is due if the peer ought to hear of the larger window
    (RFC 9293 3.8.6.2.2). *)
