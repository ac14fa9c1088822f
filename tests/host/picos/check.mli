(** One line for each test, and a total at the end. *)

val test : string -> (unit -> unit) -> unit
(** Runs a test and prints its line. It passes unless it raises. *)

val that : string -> bool -> unit
(** Raises an exception that names what does not hold. *)

val raises : string -> exn -> (unit -> 'a) -> unit
(** That the function raises this very exception, compared structurally. *)

val finish : unit -> 'a
(** Prints the totals and exits: 1 when a test failed. *)
