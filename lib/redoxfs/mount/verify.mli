(** Whether a generation can be mounted: what its commit wrote is there. *)

val quick :
  Store.t -> Header.t -> older:Header.t list -> (Log.t * Extents.t, Reason.t) result
(** The allocation log is read, and the list of released nodes; and all that this header's tree has
    and that of an older one has not, down to data, so the cost is what was written in between. What
    an older one had and lost since is not looked at. *)

val check_root : Store.t -> Header.t -> (unit, Reason.t) result
(** That there is a root directory. *)

val unnamed : Store.t -> Header.t -> (int list, Reason.t) result
(** The nodes on the list of released ones. *)
