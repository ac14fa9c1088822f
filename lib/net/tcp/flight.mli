(** What was sent and is not acknowledged, segment by segment: what the receiver has of it, what
    is held for lost, when each was sent last. From this follows what to send again. Sources: RFC
    2018 8, RFC 6675 (how much is on its way), RFC 8985 (RACK: a segment is lost when one that was
    sent sufficiently later has arrived).

    Positions are sequence numbers counted without end, times are in ns. Memory: three words a
    segment. A pass over all segments is made only while there are gaps. *)

type t

val create : unit -> t

val count : t -> int
val is_empty : t -> bool
val first : t -> int
(** The first byte that is not acknowledged; meaningless when empty. *)

val stop : t -> int
(** Behind the last. *)

val bytes : t -> int
(** On their way: neither known to have arrived nor held for lost. *)

val has_lost : t -> bool
val has_gaps : t -> bool
(** The receiver has something beyond what it lacks. *)

(** {1 Sending} *)

val sent : t -> start:int -> stop:int -> now:int -> unit
(** A new segment, behind the last. *)

val next_lost : t -> int
(** The first that is lost: its index, or -1. *)

val start_of : t -> int -> int
val stop_of : t -> int -> int

val split : t -> int -> at:int -> unit
(** The segment of this index becomes two: it was sent when more went into one. *)

val resent : t -> int -> now:int -> unit
(** Sent once more, so on its way. *)

val last : t -> int
(** The index of the last. *)

(** {1 Answers} *)

type news = {
  mutable delivered : int;  (** bytes that were not known to have arrived *)
  mutable round_trip : int;
      (** of the latest sent of those that arrived now, if sent but once; -1 *)
  mutable latest : int;  (** when the latest sent of all that has arrived was sent *)
  mutable latest_stop : int;
  mutable has_reordered : bool;  (** something arrived behind what was sent after it, ever *)
  mutable highest : int;  (** the end of what the receiver is known to have *)
  mutable least : int;  (** the shortest round trip, from {!begin_answer} *)
}

val news : t -> news
(** Of the last answer: {!begin_answer} forgets the first two. *)

val begin_answer : t -> least:int -> unit

val acknowledged : t -> until:int -> now:int -> unit
(** All before this. *)

val selected : t -> start:int -> stop:int -> segment:int -> now:int -> unit
(** The receiver has this. What was {!sent} as one, and cut into segments of this size on the way,
    is known to have arrived in these parts. *)

val selected_bytes : t -> int

val mark_late : t -> now:int -> round_trip:int -> tolerance:int -> int
(** Holds for lost what was sent before the latest that arrived and should have arrived by now.
    When to look again at what is not yet late; [max_int]: no need. *)

val mark_first : t -> unit
(** Holds the first for lost, unless it was sent again: of who says nothing selectively. *)

val mark_first_again : t -> unit
(** The same, even so. *)

val mark_all : t -> unit
(** A timeout: what is not known to have arrived is lost. *)
