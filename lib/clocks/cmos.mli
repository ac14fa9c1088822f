(** How the clock of PC-compatible machines keeps its date: in two digits a byte or in binary, with
    12 or 24 hours, as its register B says.

    Source: Motorola MC146818A data sheet, "Time, calendar and alarm locations" and "Register B".
    The register of the century is none of that chip's: most machines have it where [century] is. *)

type registers = {
  seconds : int;
  minutes : int;
  hours : int;
  day : int;
  month : int;
  year : int;
  century : int;
  mode : int;  (** register B *)
}
(** A byte each. *)

(** {1 Where they are} *)

val at_seconds : int
val at_minutes : int
val at_hours : int
val at_day : int
val at_month : int
val at_year : int
val at_century : int
val at_a : int
val at_b : int

val updating : int
(** Of register A: the date changes, or is about to. *)

val halt : int
(** Of register B: the date does not change by itself. *)

(** {1 What they mean} *)

val decode : registers -> (Date.t, string) result
(** A century that is none that we could live in is not looked at: a year below 70 is of this
    one. *)

val encode : Date.t -> mode:int -> century:int -> registers
(** Of the years 1970 to 2199. [century] is what that register has: where it is no century it is
    kept. *)
