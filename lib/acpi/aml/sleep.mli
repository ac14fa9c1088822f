(** Sleep states, of which S5 is "off".

    Source: ACPI 6.5, sections 7.4 ([\_Sx]), 4.8.3.2.1 (PM1 control) and 4.8.3.7 (sleep control). *)

type state = { type_a : int;  (** SLP_TYP for PM1a *) type_b : int  (** and for PM1b *) }

val state : Machine.t -> int -> (state option, Query.error) result
(** [\_S0] to [\_S5]; [None] when the machine has no such state. *)

val prepare : Machine.t -> int -> (unit, Query.error) result
(** Tells the firmware that this state comes, by [\_TTS] and [\_PTS]. *)

(** One write into a register. *)
type write = {
  register : Acpi.Generic_address.t;
  keep : int;  (** bits to leave as they are read *)
  value : int;
}

val enter : Acpi.Fadt.t -> state -> write list
(** What brings the machine into the state, in this order,
  once it is prepared and interrupts are off.
    Empty when there are no such registers. *)
