(** Waiting for device interrupts. *)

type t
(** A line, or a message, that a fiber has claimed. *)

type error = Hal.Interrupt.error

val pp_error : Format.formatter -> error -> unit

val claim : name:string -> Hal.Interrupt.trigger -> int -> (t, error) result
(** From now on it is counted, and a level-triggered line is masked from each occurrence until the
    next {!wait}. *)

val of_event : name:string -> int -> t
(** The same for an event that C records by itself ({!Hal.Console.event}). *)

val on_event : name:string -> int -> (unit -> unit) -> unit
(** From now on the action runs for each event of this number, in the loop of the core that recorded
    it: short, and it wakes others. *)

val wait : t -> unit
(** Suspends until it has happened since the last [wait] returned. Several occurrences meanwhile are
    one. The calling fiber is the only one that waits for it. To be called when the device is
    served: a level-triggered line is unmasked.
    @raise Invalid_argument when another fiber waits for it. *)

val name_all : unit -> unit
(** Tells a trace that begins what the numbers are called. *)

type statistics = {
  number : int;
  name : string;
  count : int;
  served : int;
  longest_ns : int;
  mean_ns : int;
}

val statistics : unit -> statistics list
(** Of each that was claimed or that happened, by number. *)
