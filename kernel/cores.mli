(** One domain on each core, there from boot to power-off.

    The calling domain of {!start} stays on core 0; the nucleus places the others (runtime/threads.c).
    Until work comes a core sleeps, outside the OCaml runtime: it joins a collection at once. *)

val start : unit -> unit
(** Spawns the other cores' domains. To be called once, on core 0. *)

val count : unit -> int

type 'a promise

val on : int -> (unit -> 'a) -> 'a promise
(** Runs a function on a core; its jobs run one after another, in the order asked.
    @raise Invalid_argument when there is no such core, or it is core 0, which runs the monitor. *)

val await : 'a promise -> 'a
(** Waits for the result; raises what the function raised. *)

val everywhere : (int -> 'a) -> 'a list
(** Runs a function, given the core's index, on all cores at once, core 0 included, and waits for
    all. Results are in the order of cores. Raises what the first failing one raised, after all have
    ended. *)
