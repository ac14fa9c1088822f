(** Tests that hold in every order of their threads' atomic operations. *)

val test : ?preemptions:int -> string -> (unit -> (unit -> unit) list * (unit -> unit)) -> unit
(** A {!Check.test} of a scenario in all orders, as [Explored.Explorer.all] runs them. *)

val finish : unit -> 'a
(** Prints how many orders that were, and {!Check.finish}. *)
