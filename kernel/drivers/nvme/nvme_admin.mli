(** An NVMe controller's admin queue: one command at a time, while its driver starts. *)

type t

val create : Device.t -> Nvme_registers.t -> t
(** Switches the controller on. Its interrupts are not needed. *)

val answer : t -> Hal.Dma.t
(** 4096 bytes for what commands answer. *)

val try_ : t -> Nvme_command.place -> (int, int) result
(** Waits until it is done: the command's result, or its status.
    @raise Device.Failed when that takes more than five seconds, or the controller breaks down. *)

val run : t -> string -> Nvme_command.place -> int
(** The same of what must succeed, named by what it is.
    @raise Device.Failed when it does not. *)
