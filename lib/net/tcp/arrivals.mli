(** What has arrived and was not read: a stream of bytes in the packets that brought them. What is
    in order can be read; what came too early waits behind the gap. Source: RFC 9293 3.10.7.4,
    "check sequence number" and "process the segment text"; RFC 2018 3, 4 for what is told of it.

    Positions are sequence numbers counted without end. *)

type t

val create : unit -> t

val queued : t -> int
(** Bytes that can be read. *)

val held : t -> int
(** Bytes that can be read, or wait behind gaps. *)

val early : t -> int
(** How many packets wait behind a gap. *)

val add : t -> start:int -> next:int -> Packet.t -> int
(** The packet's bytes begin at [start]; all before [next] was there already. Takes the packet. The
    new [next]: it has moved when the packet filled its gap. What overlaps with what is there is
    dropped: first come, first kept. *)

val limit : int
(** Of packets that may wait behind a gap: when there are more, the last are dropped, as if lost. *)

val came_before : t -> start:int -> stop:int -> unit
(** This text came once more: the next {!blocks} say so, once (RFC 2883). *)

val has_blocks : t -> bool
(** There is something for {!blocks}. *)

val blocks : t -> Segment.t -> unit
(** Writes up to three blocks that wait behind gaps into the selective acknowledgement, the newest
    first. *)

val read : t -> bytes -> int -> int -> int
(** [read t bytes at length] takes as many as there are: how many. *)

val take : t -> Packet.t option
(** The next bytes in the packet that brought them; the caller's from now on. *)

val clear : t -> unit
(** Releases all. *)
