(** A count that goes down to zero once, and lets wait for it.

    For the end of a set of tasks: count each task before it starts, take it off when it ends. When
    the set is not known beforehand, begin with one for whoever starts the tasks, who takes itself
    off at the end. *)

type t

val create : ?padded:bool -> int -> t
(** @raise Invalid_argument when the count is negative. *)

val try_decr : t -> bool
(** False when the count is zero already. Never canceled. *)

val decr : t -> unit
(** Never canceled.
    @raise Invalid_argument when the count is zero already. *)

val try_incr : t -> bool
(** False when the count has reached zero: then it stays there. *)

val incr : t -> unit
(** @raise Invalid_argument when the count has reached zero. *)

val await : t -> unit
(** Waits until the count is zero. *)

val await_evt : t -> unit Event.t
(** The event that the count is zero. *)
