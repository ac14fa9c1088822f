(** One term at a time: reads an opcode or a name, and runs what it says. *)

val term : Context.t -> Context.outcome
(** @raise Error.Fault with the machine's location at what went wrong. *)
