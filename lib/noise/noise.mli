(** Whether a source of random bytes is obviously broken: the two health tests of NIST SP 800-90B,
    section 4.4, for a source of at least one bit of entropy in a byte. A good source fails them
    about once in a million bytes at that rate, and never at a rate of eight.

    They find a source that is stuck or that hardly changes, and no cleverer one. *)

type t
(** What a source gave so far. *)

val create : unit -> t

type failure =
  | Stuck of { byte : int; times : int }  (** so often in a row: section 4.4.1 *)
  | Skewed of { byte : int; times : int; of_ : int }  (** so often among so many: section 4.4.2 *)

val pp_failure : Format.formatter -> failure -> unit

val check : t -> bytes -> pos:int -> len:int -> (unit, failure) result
(** Takes these bytes into account. After a failure none of them should be used, and [t] neither.
    @raise Invalid_argument when that is no range of the bytes. *)
