(** How much may be on its way: CUBIC. Sources: RFC 9438; RFC 5681 3.1, 4.1; RFC 6928 for the
    window to start with.

    Sizes in bytes, times in ns. *)

type t

val create : segment:int -> t
(** [segment]: the largest that is sent. *)

val set_segment : t -> int -> unit
val window : t -> int

val in_slow_start : t -> bool

val acknowledged : t -> now:int -> bytes:int -> round_trip:int -> unit
(** So many bytes arrived, outside of recovery, while the window was in full use. *)

val lost : t -> in_flight:int -> unit
(** Recovery from a loss begins: once for each window. *)

val timed_out : t -> in_flight:int -> unit
(** The window is one segment. *)

val recovered : t -> unit
(** After a timeout, slow start goes on from here. *)

val was_idle : t -> unit
(** Nothing was sent for longer than the timeout: starts anew, as far as the window is larger. *)
