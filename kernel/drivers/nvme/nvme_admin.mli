(** An NVMe controller's admin queue: one command at a time, while its driver starts. *)

type t

val create : Device.t -> Nvme_registers.t -> t
(** Switches the controller on. Its interrupts are not needed. *)

val answer : t -> Hal.Dma.t
(** 4096 bytes for what commands answer. *)

val try_ : ?within_ns:int -> t -> Nvme_command.place -> (int, int) result
(** Waits until it is done, at most five seconds or so long: the command's result, or its status.
    @raise Device.Failed when it takes longer, or the controller breaks down. *)

val run : t -> string -> Nvme_command.place -> int
(** The same of what must succeed, named by what it is.
    @raise Device.Failed when it does not. *)

val is_stuck : t -> bool
(** A command was not done in its time: there is no sense in another. *)
