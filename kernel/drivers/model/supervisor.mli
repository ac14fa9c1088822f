(** Keeps a driver running on its device: starts it, sees it fail, cleans up, and starts it again.

    A driver's life ends by an exception of any of its fibers, by a start that takes more than ten
    seconds, by requests that get no answer for five ({!Device.watch}; not with [drivers.watch=off]
    on the command line), or by {!kill} and {!stop}. Then, whatever the driver left behind: its
    fibers are canceled and waited for, its interrupts masked, the device reset and cut off from
    memory, its memory freed. The next life begins after a pause of 10 ms, twice as long after each
    failure, up to five seconds. What failed six times within a minute is given up.

    Who waits for the device never sees silence: what stood before a life's end is asked again in
    the next, or fails, as the device's class says ({!Block}, {!Network}, ...). *)

type t

type state =
  | Starting
  | Running
  | Pausing  (** between two lives *)
  | Stopped  (** as it was asked to *)
  | Given_up of string  (** why its last life ended *)

val supervise : Hardware.t -> Driver.t -> t
(** In a fiber of its own. *)

val kill : t -> unit
(** Ends the present life, or a pause; a new life begins, also of what was given up or stopped. *)

val stop : t -> unit
(** Ends it for good, and waits until all is cleaned up; or until another life has begun, when
    somebody asked for one meanwhile. *)

val settled : t -> state
(** Waits while it is [Starting] or [Pausing]. *)

(** {1 What goes on} *)

val device : t -> string
val driver : t -> string
val state : t -> state

type history = {
  lives : int;  (** how often it was started *)
  killed : int;
  last_failure : string option;  (** and what it was *)
}

val history : t -> history
val pp_state : Format.formatter -> state -> unit

val on_failure : (device:string -> driver:string -> string -> unit) ref
(** Told of each life that fails. Prints a line on the console by default. *)
