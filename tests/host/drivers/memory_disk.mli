(** A disk in memory whose driver speaks {!Drivers.Block}'s ring protocol itself, with no device
    behind it: it can lose requests, delay them, answer in another order, corrupt what is read, and
    answer what it was never asked. *)

type faults = {
  mutable loses : unit -> bool;  (** never answers this request *)
  mutable delay_ns : unit -> int;  (** answers so much later; later ones may overtake *)
  mutable corrupts : unit -> bool;  (** changes a byte of what is read *)
  mutable invents : unit -> bool;  (** answers a request that it does not have *)
  mutable raises : unit -> bool;  (** ends with the request taken and not answered *)
}

type t

val create : sectors:int -> unit -> t
(** Without faults. *)

val faults : t -> faults
val contents : t -> bytes

val driver : t -> Drivers.Driver.t
(** With a queue for each core that serves drivers. *)

val done_ : t -> int
(** Requests that had their effect: more than were answered when some were repeated. *)
