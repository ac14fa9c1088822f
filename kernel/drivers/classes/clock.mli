(** Clocks that go on when the machine is off. A clock stays while drivers of its device come and
    go: what a driver leaves unanswered is asked of the next. *)

type t

val name : t -> string
(** ["clock0"]. *)

val device : t -> string

type error =
  | Failed  (** it shows no date, or did not take one *)
  | Unsupported  (** it cannot be set, or cannot show that time *)
  | Gone  (** it has no driver any more *)

val pp_error : Format.formatter -> error -> unit

val read : t -> (int, error) result
(** Nanoseconds since 1970-01-01 00:00 UTC, as fine as the clock is; and waits for it. *)

val set : t -> int -> (unit, error) result
(** The same, the other way. *)

val all : unit -> t list
(** By name. *)

val find : string -> t option
val statistics : t -> Port.statistics list

(** {1 For drivers} *)

type operations = {
  read : unit -> (int, string) result;  (** in nanoseconds since 1970 *)
  set : (int -> (unit, string) result) option;
}
(** Each in a few milliseconds, in a fiber of the device's. An error, which is printed, is an answer
    and no failure of the driver: the clock may not have been set. *)

val offer : Device.t -> operations -> unit
(** The device is a clock. Requests come through a {!Port}, and these answer them. *)
