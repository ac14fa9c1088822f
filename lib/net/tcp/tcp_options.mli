(** What the two first segments agree upon. Sources: RFC 9293 3.7.1 (segment size), RFC 7323 2.2,
    3.2, RFC 2018 2. *)

val learn : Control.t -> now:int -> Segment.t -> unit
(** From the peer's segment with SYN: its sequence number, and the options that both have. *)

val is_old : Control.t -> now:int -> Segment.t -> bool
(** By its timestamp the segment is from long ago (PAWS, RFC 7323 5.2); or it has none, and
    should. *)

val note : Control.t -> now:int -> Segment.t -> position:int -> unit
(** Remembers the timestamp to echo (RFC 7323 4.3). *)
