(** Files in memory, for the soak: names come, go over and go again, and whoever reads a file finds
    what one writer wrote. *)

type t

val create : unit -> t

val step : t -> Random.State.t -> (unit, string) result
(** One file's life, with others looked at meanwhile. Any number of fibers at once. *)

val check_empty : t -> (unit, string) result
(** When nobody is at work: all names, nodes and pages are gone. *)
