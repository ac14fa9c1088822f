(** A packet in a buffer: the bytes that are its own move within the room that the buffer has, so
    that headers are taken off and put on without copying. Whoever has a packet gives it on or
    {!release}s it, once: then its buffer goes back to where it came from, a pool or a device. *)

type t

val memory : t -> Octets.t
val start : t -> int
(** Where in {!memory} it begins now. *)

val length : t -> int

(** {1 Its bytes}

    All raise [Invalid_argument] where there is no room, or fewer bytes. *)

val reset : t -> headroom:int -> unit
(** Empty, with so much room before it. *)

val push : t -> int -> unit
(** So many more at its beginning. *)

val pull : t -> int -> unit
(** So many fewer at its beginning. *)

val resize : t -> int -> unit
(** Its length, counted from where it begins. *)

val tail_room : t -> int
val append : t -> t -> unit
(** Copies the second one's bytes behind the first one's. *)

(** {1 What a device did, or is to do} *)

val is_checked : t -> bool
(** The device found the transport's checksum right. *)

val set_checked : t -> bool -> unit

val checksum : t -> int
(** How far from {!start} the part begins whose checksum the device is to compute; -1: nothing is
    left to do. Moves with {!push} and {!pull}. *)

val checksum_at : t -> int
(** Where, from there on, it is to be stored; the pseudo header's sum stands there. *)

val leave_checksum : t -> from:int -> at:int -> unit

val segment_size : t -> int
(** The device is to cut the frame, which is TCP's, into many of so many bytes of payload each,
    but for the last; 0: it is one. *)

val leave_segments : t -> size:int -> unit

(** {1 Where it comes from} *)

val make : Octets.t -> base:int -> room:int -> token:int -> give_back:(t -> unit) -> t
(** A buffer: [room] bytes from [base] on. Held by the caller, empty. One is made for each buffer
    of a device, once, and used again and again ({!hold}). *)

val token : t -> int
(** Its owner's number for it. *)

val hold : t -> unit
(** It is in use (again).
    @raise Invalid_argument if it was. *)

val release : t -> unit
(** @raise Invalid_argument if it was not in use: the second of two. *)

val of_heap : headroom:int -> int -> t
(** One in memory of its own, that nobody else has a use for: with so much room before it, and so
    many bytes, which are zero. *)

val copy : t -> t
(** The same bytes in memory of their own. *)
