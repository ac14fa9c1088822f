(** What to do when an event comes that an interrupt's handler recorded. *)

val set : int -> (unit -> unit) -> unit
(** The action runs in the loop of the core that recorded the event, outside of any fiber: short,
    and it wakes others. *)

val deliver : int -> unit
