(** Bringing a virtio device up. Source: VIRTIO 1.2, section 3.1. *)

type t

val is : int -> Hardware.identity -> bool

(** {1 Features of every device} *)

val indirect : int
val event_index : int
val version_1 : int

val start : ?needs:(int * int) list -> Device.t -> features:int list -> t
(** Resets the device and takes those of [features] (bits) that it offers, besides the ones above.
    Of each pair of [needs], in their order, the first is taken only where the second is.
    What the driver leaves behind is reset at its end.
    @raise Device.Failed when the reset does not end within a second, or the device refuses. *)

val has : t -> int -> bool
(** Whether this feature was agreed on. *)

val transport : t -> Virtio_transport.t
val configuration : t -> Hal.Registers.t

val consistent : t -> (unit -> 'a) -> 'a
(** Reads the configuration with this, again if the device changed it meanwhile.
    @raise Device.Failed when it changes each time. *)

val interrupt :
  t -> ?message:int -> ?configuration:Sched.Bell.t -> core:int -> Sched.Bell.t -> unit -> unit
(** Has the device ring the bell: by the message, or by its line. What is returned is to be called
    after each ring, before looking for what the device has done: it lowers the line, and rings
    [configuration] when the line was raised for that. To be asked for before the queue that uses
    the message is set.
    @raise Device.Failed when there is none. *)

val run : t -> unit
(** The queues are set: the device may begin. *)
