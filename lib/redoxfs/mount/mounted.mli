(** A mounted file system from the inside: its parts, and how the next state comes to be. {!Fs} is
    what others see. *)

type options = {
  read_only : bool;
  base : int option;
  cache_blocks : int;
  dirty_blocks : int;
  keep : int;
  discard : bool;
  unlock : Unlock.t;
  now : unit -> Node.time;
}

val default : now:(unit -> Node.time) -> options

type skipped = Newest.skipped = { generation : int; reason : Reason.t }

type t = {
  options : options;
  store : Store.t;
  keys : Keys.t option;
  state : State.t Atomic.t;
  writer : Sync.Mutex.t;  (** of all that follows, and whoever replaces the state *)
  pins : Pins.t;
  users : (int, int) Hashtbl.t;  (** how many have a node open *)
  views : (string, int) Hashtbl.t;  (** how many have a snapshot open *)
  first_generation : int;  (** the next one when it was mounted *)
  mutable next_generation : int;
  mutable stopped : Reason.t option;  (** nothing is changed any more *)
  mutable damage : int;
  skipped : skipped list;
}

val mount : options -> Device.t -> (t, Reason.t) result

val locked : t -> (unit -> 'a) -> 'a
(** With the writer's lock. *)

type 'a operation = Operations.context -> State.t -> 'a Operations.change

val change : t -> 'a operation -> ('a, Reason.t) result
(** An operation, and the state that it leads to; before it a commit, when there is much to be
    stored or little room. *)

val change_locked : t -> 'a operation -> ('a, Reason.t) result
(** The same by who has the lock. *)

val commit : ?change:Snapshot_commit.change -> t -> compact:bool -> (unit, Reason.t) result
(** See {!Commit.run}; by who has the lock. *)

val forget_where_room : t -> int list -> (unit, Reason.t) result
(** Nodes that have no name go, when nobody has them open. Where there is no room to remove them
    they are left for a later mount. *)

val set_key_slots : t -> Key_slots.t -> (unit, Reason.t) result
(** A commit, then the ring's other headers: {!Ring.set_key_slots}. *)

val sync : t -> (unit, Reason.t) result
val unmount : t -> (unit, Reason.t) result

val reading : t -> (Store.t -> State.t -> 'a) -> 'a
(** With the state of the moment: what it leads to stays while the body runs. *)
