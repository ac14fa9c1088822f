(** The snapshots of a file system, as a mounted one knows them.

    They stand in a line, from the oldest to the live file system. A block that one has and the next
    one has no more is on the {e dead list} of that next one: of a snapshot, or of the live file
    system. It stays allocated until every snapshot is deleted that could have it. So a block is
    needed by the live file system, or it is on one dead list, or it is free. *)

type entry = Snapshot_table.entry

type t = {
  entries : entry list;  (** newest first *)
  table : Pointer.t list;  (** its blocks, newest first *)
  dead : Pointer.t;  (** the live file system's dead list *)
  pinned : Pinned.t;  (** by the newest *)
  repinned : Extents.t;
      (** free by the log, but needed by a snapshot: they are allocated, and dead, with the next
          commit *)
  is_changed : bool;  (** the table is to be written *)
  broken : Reason.t option;  (** the table cannot be read: everything is pinned *)
}

val none : t

val max : int
(** 150. *)

type found = { snapshots : t; is_foreign : bool  (** somebody wrote who does not know of them *) }

val load : Store.t -> Header.t -> (found, Reason.t) result
(** Those of a header. Costs the table, and the list of what was free when the newest was made. An
    error is the device's: damage is told by [broken]. *)

val pinned_by : Store.t -> entry option -> (Pinned.t, Reason.t) result
(** What it and all older ones may need: everything, where that cannot be read. *)

val find : t -> string -> (entry, Reason.t) result
(** [No_entry]; never one that is being deleted. *)
