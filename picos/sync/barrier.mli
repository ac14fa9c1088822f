(** A place where a fixed number of fibers wait for each other, again and again. When one of them
    cannot come any more, the barrier is poisoned, so that the others don't wait for ever. *)

type t

val max_parties : int

val create : ?padded:bool -> int -> t
(** For so many fibers.
    @raise Invalid_argument when that is less than one or more than {!max_parties}. *)

val parties : t -> int

exception Poisoned

val await : t -> unit
(** Waits until all are there. The last to come lets all go on, and may come again at once. A fiber
    that is canceled while it waits poisons the barrier and raises the cancelation.
    @raise Poisoned when the barrier has been poisoned. *)

val poison : t -> unit
(** Whoever waits or comes later gets {!Poisoned}. Never canceled. *)
