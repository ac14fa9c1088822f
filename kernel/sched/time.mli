(** Time for fibers. All in nanoseconds; the monotonic clock is the same on all cores. *)

open Picos

val now_ns : unit -> int
(** Monotonic, since the nucleus started. *)

val wall_ns : unit -> int
(** Since 1970-01-01 00:00 UTC. *)

val sleep : int -> unit
(** Suspends at least that long. *)

exception Time_is_up

val within : ns:int -> (unit -> 'a) -> ('a, [ `Time_is_up ]) result
(** Runs a function, and cancels what it waits for when the time is up: it gets [Time_is_up] there,
    cleans up, and lets it pass. A result that comes all the same is a result. Cancelation from
    outside reaches it as before. *)

val before : at_ns:int -> (unit -> 'a) -> ('a, [ `Time_is_up ]) result
(** The same with a deadline on the monotonic clock. *)

val cancel_after : ns:int -> _ Computation.t -> exn -> unit
(** Cancels a computation with this exception unless it is completed before. *)
