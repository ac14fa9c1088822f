(** One core's deadlines: what is to happen when, in ticks of the clock's counter. It belongs to
    that core's loop; only {!cancel} may be called from elsewhere. *)

type entry

type t = private {
  mutable heap : entry array;
  mutable length : int;
  mutable order : int;
  mutable next : int;  (** the first deadline, or [max_int] *)
  dead : int Atomic.t;
}

val create : unit -> t

val add : t -> at:int -> (unit -> unit) -> entry
(** Amortised O(log n). The action runs in the core's loop, outside of any fiber: it must be short,
    and wakes others. Those of the same time run in the order of their adding. *)

val cancel : entry -> unit
(** From any core. The entry forgets its action at once, and is taken out before half of the queue
    is such ones. One that is about to run on its own core at this moment may still run. *)

val fire : t -> now:int -> unit
(** Runs the actions that are due. *)
