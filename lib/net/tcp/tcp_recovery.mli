(** What acknowledgements say of losses. Sources: RFC 8985 6 (RACK) where the peer acknowledges
    selectively, RFC 6582 (NewReno) where it does not; RFC 5681, RFC 9438 for the window. *)

val look : Control.t -> now:int -> unit
(** Finds what is lost by now, and sets the time to look again. *)

val acknowledged : Control.t -> now:int -> until:int -> Segment.t -> unit
(** An acceptable acknowledgement of all before [until], which is [una] or later, and of the
    blocks of the segment; [una] has not been moved yet. *)

val duplicate : Control.t -> unit
(** It acknowledged nothing new, brought nothing, and changed no window, while something is on its
    way. *)

val watch_tail : Control.t -> now:int -> unit
(** Something was sent, or acknowledged: sets the time to probe whether the last segment was lost
    (RFC 8985 7.2). Once it was, nothing until the peer says something new. *)
