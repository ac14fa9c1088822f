(** The system's time, and the clocks that keep it when the machine is off. *)

val start : unit -> unit
(** Takes the time from the first clock that shows one, when the loader told none. *)

val source : unit -> string
(** Where the time is from: ["the loader"], a clock's name, ["nowhere"]. *)

val adopt : Drivers.Clock.t -> (unit, Drivers.Clock.error) result
(** The system's time is this clock's from now on. *)

val keep : Drivers.Clock.t -> (unit, Drivers.Clock.error) result
(** The clock's time is the system's from now on. *)
