(** How long an answer takes, and how long to wait for one. Times in ns. Source: RFC 6298; from it
    we differ in the least timeout, which is 200 ms, as elsewhere. *)

type t

val create : unit -> t
(** Nothing is known: the timeout is one second. *)

val measured : t -> int -> unit
(** A segment that was sent but once was acknowledged after this time. *)

val has_measured : t -> bool
val smoothed : t -> int
val least : t -> int
(** The shortest of all; [max_int] when none was measured. *)

val timeout : t -> int
(** Between 200 ms and 60 s. *)

val back_off : t -> unit
(** It passed: the next is twice as long, until something is measured. *)

val progress : t -> unit
(** Something new was acknowledged: the timeout is again what the measured times make it. *)
