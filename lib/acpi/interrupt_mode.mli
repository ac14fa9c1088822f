(** How a line signals: the flags of MADT entries (ACPI 6.5, table 5.26) and others. *)

type polarity = Bus_polarity  (** as the bus that it comes from has it *) | Active_high | Active_low
type trigger = Bus_trigger | Edge | Level
type t = { polarity : polarity; trigger : trigger }

val of_inti_flags : int -> t
(** The MADT's: polarity in bits 0 and 1, trigger in bits 2 and 3. A reserved value is the bus's. *)

val of_flags : int -> t
(** The GTDT's: bit 0 set for edge, bit 1 set for active low. *)

val pp : Format.formatter -> t -> unit
