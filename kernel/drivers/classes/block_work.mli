(** A disk driver's end of one of its disk's queues, for devices whose commands carry less than a
    request of {!Block} may have: one run of memory, and no more than so many sectors. Requests are
    cut into {e pieces}, each a command of the device's, and are answered when their last piece is
    finished: with success if all succeeded.

    All calls are of the fiber that has the {!Port}. None suspends, and none allocates but
    {!create}. *)

type t

val create : Port.driver -> most:int -> t
(** No piece has more than [most] sectors. *)

(** {1 Pieces} *)

val peek : t -> bool
(** Whether there is a piece to begin; what follows is of that one. Takes requests from the ring
    when there is none left from those taken before. *)

val has_piece : t -> bool
(** The same, of requests that have been taken already. *)

val tag : t -> int
(** Of its request: below {!Requests.depth}. *)

val operation : t -> Block.operation

val sector : t -> int
(** Of the disk; 0 for [Flush]. *)

val address : t -> int
(** Of its memory, as the device has it; 0 where it has none. *)

val sectors : t -> int

val begun : t -> unit
(** The device has it: {!peek} is about the next. *)

val finished : t -> tag:int -> Block.Wire.status -> unit
(** One of the request's pieces is finished, in whatever order. *)

(** {1 Turns} *)

val answer : t -> int
(** Sends the answers of the requests that are done: how many. *)

val may_sleep : t -> bool
(** Nothing more was asked: the next request rings the bell. *)
