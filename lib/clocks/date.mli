(** Dates of the Gregorian calendar in UTC, and seconds since 1970-01-01 00:00, without leap seconds
    (POSIX.1-2017, Base Definitions, section 4.16). *)

type t = {
  year : int;
  month : int;  (** 1 to 12 *)
  day : int;  (** 1 to 31 *)
  hour : int;
  minute : int;
  second : int;
}

val is_valid : t -> bool
(** There is such a day, and such a second in it; from the year 1 to 9999. *)

val to_seconds : t -> int
(** Of a valid one. Before 1970 it is negative. *)

val of_seconds : int -> t
val pp : Format.formatter -> t -> unit
(** [2026-02-03 04:05:06]. *)
