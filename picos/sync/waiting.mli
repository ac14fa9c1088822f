(** What the condition variables of all kinds of locks have in common: a line of fibers that wait to
    be signaled. *)

type t

val create : ?padded:bool -> unit -> t

val signal : t -> unit
(** Wakes the first in the line, if any. *)

val broadcast : t -> unit
(** Wakes all who are in the line, from the first on. *)

val wait : t -> release:(unit -> unit) -> acquire:(unit -> unit) -> unit
(** Joins the line, then releases, waits, and acquires with cancelation forbidden, whatever ended
    the waiting. Then raises the fiber's cancelation if that was it. A fiber canceled when it has
    been signaled already passes the signal on. When [release] raises, the line is left and nothing
    is acquired. *)
