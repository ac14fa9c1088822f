(** Snapshots after somebody wrote who does not know of them, as Redox: it has freed what it had in
    common with a snapshot and needed no more, and may have written over it.

    Whatever the newest snapshot has and the live file system has not is looked at. What is intact
    and still free is pinned again, and dead; where something is lost, the snapshot is marked as
    damaged, and the next older one is looked at, too. What is allocated is left to whom it belongs.
    The cost is the difference between the live file system and each that is looked at. *)

val resolve :
  Store.t -> Header.t -> Extents.t -> Snapshots.t -> (Extents.t * Snapshots.t, Reason.t) result
(** What is free from now on, of what the log says. An error is the device's. *)
