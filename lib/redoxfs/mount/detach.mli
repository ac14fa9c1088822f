(** A full copy of a snapshot, among the live files: it shares no block with anything, so it also
    survives who does not know of snapshots. *)

val run : Fs.t -> snapshot:string -> Fs.place -> (unit, Reason.t) result
(** A new directory there, with all that the snapshot has: owners, permissions, times, hard links
    within it, holes. While it is made its name ends in [".partial"]; when it ends early what was
    copied is removed, as far as it can be. The snapshot stays. *)
