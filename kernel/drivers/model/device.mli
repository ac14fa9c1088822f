(** A device, as its driver has it: exactly its registers, its interrupts, memory that it may reach,
    and fibers to work with. It is the driver's from [start] until the driver ends, in whatever way;
    then everything that was got from here is taken back ({!Supervisor}).

    A driver ends by an exception that leaves one of its fibers, by the watchdog, or because it is
    asked to. {!fail} is how it ends itself when the device does what it must not. *)

type t

exception Failed of string
(** The device broke its contract, or could not be brought up: what it did. *)

val fail : t -> ('a, Format.formatter, unit, 'b) format4 -> 'a
(** Raises {!Failed}. *)

val name : t -> string
val identity : t -> Hardware.identity

(** {1 Registers} *)

val registers : t -> int -> Hal.Registers.t
(** The window of this number: base address register, or place among what firmware lists.
    @raise Failed when there is none. *)

val device_memory : t -> int -> Hal.Dma.t
(** The same, of memory on the device.
    @raise Failed when there is none. *)

val config : t -> Hal.Registers.t option
(** PCI configuration space, to be read. *)

(** {1 Memory} *)

val memory : t -> int -> Hal.Dma.t
(** At least so many bytes, zeroed, that the device may read and write.
    @raise Failed when there is no such memory. *)

val lasting_memory : t -> int -> Hal.Dma.t
(** The same, that no driver's end frees: for device classes, whose buffers outlive drivers. A class
    uses again what it lent to a driver once the next one has come up, as then the device was reset.
    @raise Failed when there is no such memory. *)

(** {1 Interrupts} *)

val messages : t -> int
(** Interrupts that it can send as messages, each to a core of its own. 0: it has its line alone. *)

val interrupt : t -> ?message:int -> core:int -> Sched.Bell.t -> Line.t
(** Has the line, or a message by its number, ring the bell from now on. [core] is the one that
    should be interrupted. A device that interrupts without end, and does next to nothing
    ({!watch}), ends its driver ({!Line.watch}).
    @raise Failed when the interrupt cannot be had. *)

(** {1 Fibers} *)

val cores : t -> int array
(** That serve drivers: one queue for each, when the device has so many. *)

val spawn : t -> ?core:int -> string -> (unit -> unit) -> unit
(** A fiber of the driver's, called by the device's name and this. *)

val at_end : t -> (unit -> unit) -> unit
(** What is to be done when the driver has ended, with all of its fibers gone and its interrupts
    given up: to reset the device, so that its memory can be freed. In the opposite order of these
    calls, in a fiber of the supervisor's that is given a second. Raising means that the device may
    still use its memory, which then is never freed. *)

val becomes : within_ns:int -> (unit -> bool) -> bool
(** Looks again and again until it is so, or the time is over, less often the longer it takes:
    notices within 50 us or an eighth of what it took. Suspends. *)

(** {1 Being watched} *)

type progress = {
  outstanding : int;  (** requests that wait for an answer now *)
  completed : int;  (** answered, ever *)
}

val watch : t -> (unit -> progress) -> unit
(** Has the supervisor look at this, of a queue of the device: when requests are outstanding and
    none was answered for five seconds, the driver hangs, and is ended. One for each queue: that
    another gets on does not help those who wait for this one. *)

val when_gone : t -> (unit -> unit) -> unit
(** To be called, by whoever offers the device to others, when it has no driver any more and will
    get none by itself. Holds for all of the device's drivers to come: to be said once. *)

val stir : t -> unit
(** There is something outstanding, where there was nothing for a while: the supervisor looks from
    now on. Costs a load when it does already. *)

(** {1 For the supervisor} *)

module Private : sig
  val start : Hardware.t -> bell:Sched.Bell.t -> gone:(unit -> unit) list Atomic.t -> t
  (** A fresh one; the bell is rung when one of its fibers has failed, and by {!stir}. [gone] is
      where {!when_gone} puts what is to be called. *)

  val failure : t -> (exn * Printexc.raw_backtrace) option
  (** What the first fiber that failed raised. *)

  val outstanding : t -> int
  (** In all that is watched. *)

  val look : t -> patience:int -> int
  (** Looks at all that is watched: how many requests are outstanding where none was answered from
      one look to the next, so many times in a row or more. *)

  val is_stirring : t -> bool
  val rest : t -> unit
  (** Nothing is outstanding: {!stir} rings again. *)

  val close : t -> unit
  (** Cancels all fibers and waits for their end, takes back interrupts, resets, and frees memory.
      In a fiber that is not the device's. *)
end
