(** Random settings of a terminal, and random bytes that mean something to it. *)

open Line_discipline

val termios : Random.State.t -> Termios.t
(** Whatever the discipline knows of, in any combination. *)

val typed : Random.State.t -> Termios.t -> string
(** 1 to 24 bytes, special characters among them. *)

val written : Random.State.t -> string
(** Up to 40 bytes. *)
