(** What the sockets of a stack share: its interface, its lock and its deadlines. *)

type t = {
  interface : Interface.t;
  lock : Sync.Lock.t;  (** whoever touches anything of the stack holds it *)
  deadlines : Deadlines.t;
  secret : Secret.t;
  flow_key : Flow_hash.t;
  mutable settle : unit -> unit;  (** delivers what was sent to ourselves; with the lock *)
}

val create : Interface.t -> t
val now : t -> int

val locked : t -> (unit -> 'a) -> 'a
(** With the lock; and settles afterwards. *)

val await : t -> Sync.Lock.Condition.t -> (unit -> bool) -> unit
(** With the lock: waits until it is so, looking whenever the condition is signaled. Settles before.
    Raises the fiber's cancelation. *)

val await_until : t -> Sync.Lock.Condition.t -> until:int -> (unit -> bool) -> bool
(** The same, up to this time: whether it is so. *)
