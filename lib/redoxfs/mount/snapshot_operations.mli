(** What is done to the snapshots of a mounted file system. *)

type host = {
  store : Store.t;
  state : unit -> State.t;
  commit : ?change:Snapshot_commit.change -> compact:bool -> unit -> (unit, Reason.t) result;
      (** all changes, and this one *)
  is_open : string -> bool;  (** somebody reads this snapshot *)
}
(** Its writer's lock is held. *)

type snapshot = {
  name : string;
  time : Node.time;
  generation : int;  (** whose commit it is of *)
  damaged : bool;  (** something of it was lost to somebody who does not know of snapshots *)
}

val list : State.t -> (snapshot list, Reason.t) result
(** Oldest first. *)

val create : host -> string -> time:Node.time -> (unit, Reason.t) result
val start_deleting : host -> string -> (unit, Reason.t) result

type next = Done | Again of (host -> (next, Reason.t) result)

val go_on_deleting : host -> (next, Reason.t) result
(** A part of what is to be done for a snapshot that is being deleted; [Again] when there is
    more. *)

val roll_back : host -> newer:bool -> string -> (unit, Reason.t) result
(** [Newer_snapshots] when there are some and [newer] is not set. *)
