(** What is typed on the machine's keyboards, as a terminal would send it. *)

val start : bell:Sched.Bell.t -> unit
(** From now on; the bell is rung when something was typed. *)

val read : bytes -> pos:int -> len:int -> int
(** Takes at most [len] bytes of what was typed; 0 when there is nothing. *)
