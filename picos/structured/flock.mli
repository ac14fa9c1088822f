(** A {!Bundle} that need not be named: it belongs to the fiber that made it and to all fibers
    forked from within.

    Outside of {!join_after} there is no flock, and the other functions raise [Invalid_argument]. *)

val join_after : ?callstack:int -> ?on_return:[ `Terminate | `Wait ] -> (unit -> 'a) -> 'a
(** As {!Bundle.join_after}. The flock around it, if any, is the current one again afterwards. *)

val terminate : ?callstack:int -> unit -> unit
val terminate_after : ?callstack:int -> seconds:float -> unit -> unit
val error : ?callstack:int -> exn -> Printexc.raw_backtrace -> unit

val fork : (unit -> unit) -> unit
(** The new fiber has the same flock. *)

val fork_as_promise : (unit -> 'a) -> 'a Promise.t
