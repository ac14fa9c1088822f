(** Which blocks a snapshot may need: all that were not free when it was made. They are not given
    away when nothing else needs them any more, but go to a dead list. *)

type t =
  | Nothing  (** there is no snapshot *)
  | All_but of Extents.t
  | Everything  (** nobody knows *)

val parts : t -> index:int -> count:int -> (int * int * bool) list
(** The run, cut where it begins or ends to be pinned: index, count, whether it is. *)
