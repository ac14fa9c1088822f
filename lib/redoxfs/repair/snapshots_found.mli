(** Snapshots, as far as they can be read: what each has, and so what their lists must be. *)

type t = {
  entries : Snapshots.entry list;  (** newest first; those that were being deleted are left out *)
  dead : (int * int) list list;
      (** index and count of the runs of each dead list: the live one's, then the entries' *)
  notes : Survey.note list;
  is_wrong : bool;  (** they are to be stored anew *)
  own : Pointer.t list;  (** blocks of their lists, and of the table, that can be read *)
}

val find : Store.t -> Header.t -> used:Block_set.t -> (t, Reason.t) result
(** [used] is what the live file system has; what snapshots have joins it, and their own blocks. *)
