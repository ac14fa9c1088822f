(** The console's device, for the programs whose terminal it is: what is typed goes to them, and
    what they write is shown. *)

val with_input : (unit -> 'a) -> 'a
(** What is typed meanwhile is the programs'. Ends when all that they wrote is shown. *)
