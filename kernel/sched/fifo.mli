(** First in, first out: the drivers' run queue on one core. It belongs to that core's loop. All operations are of
    constant cost and allocate nothing. *)

type t

val create : unit -> t
val length : t -> int
val push : t -> Task.t -> unit
val push_first : t -> Task.t -> unit

val pop : t -> Task.t
(** {!Task.none} when it is empty. *)

val take_movable : t -> Task.t
(** The first of the foremost few that isn't bound to a core; {!Task.none} when there is none. *)
