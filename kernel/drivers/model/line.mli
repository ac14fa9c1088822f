(** Interrupts of devices, each of which rings its driver's {!Sched.Bell}: wired lines, which
    devices may share, and messages.

    A line that is level-triggered is masked from each interrupt until every driver that shares it
    has served its device and said so ({!serve_done}). What comes between is not lost: the line is
    still up then. *)

type t
(** One driver's part in a line, or its message. *)

type error = Hal.Interrupt.error

val pp_error : Format.formatter -> error -> unit

val claim : name:string -> bell:Sched.Bell.t -> Hal.Interrupt.trigger -> int -> (t, error) result
(** From now on each interrupt of this number rings the bell. [Busy] when another has it, unless all
    share it as a level-triggered line. *)

val claim_message :
  name:string -> bell:Sched.Bell.t -> device_id:int -> core:int -> (t, error) result
(** A message of its own, that interrupts this core. [device_id] is the device's name on its bus: of
    PCI [bus lsl 8 lor device lsl 3 lor function]. *)

val message : t -> (int * int) option
(** What the device writes to interrupt: address and data. [None] for a line. *)

val route : t -> core:int -> bool
(** Has the line interrupt this core. Whether it could: a line that several share stays where the
    first had it, and a message where it was claimed. *)

val serve_done : t -> unit
(** The device is served, and waits for the next interrupt. To be called when the bell was rung,
    after the device's reason to interrupt is gone, and before looking a last time whether there is
    work: between two waits at the bell, by drivers with messages too ([irq] in the monitor shows
    how soon they come to it). Costs two loads when there was no interrupt. *)

val watch : t -> work:(unit -> int) -> on_storm:(string -> unit) -> unit
(** From now on [on_storm] is told, in words, when there were 4096 interrupts within a second, and
    in the same time less than a hundredth as much work done, of which [work] says how much there
    ever was. Where several share a line they are told together, and their work counts together: who
    holds the line up doesn't show. Both are called in the loop of a core. *)

val release : t -> unit
(** Gives it up; a message must not be sent any more. The line is masked when nobody else has it.
    Nothing the second time. *)

val rung : t -> int
(** Interrupts that it was told of. *)
