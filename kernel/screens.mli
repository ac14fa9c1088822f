(** The console's output on displays: as a terminal would show it, on each that there is. *)

val start : unit -> unit
(** From now on, in a fiber of its own, with the latest output from before. A display that comes
    later shows the latest lines too. *)
