(** Threads of the explorer that are fibers: a scheduler with a core for each. *)

val fiber : ?forbid:bool -> 'a Computation.t -> (unit -> unit) -> unit -> unit
(** The body of a thread that runs the function in a fiber on behalf of the computation. Answers all
    effects but [Cancel_after]. *)
