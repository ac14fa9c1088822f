(** A pair of queues of an NVMe controller: one of commands, one of what became of them. Source: NVM
    Express Base Specification 1.4, sections 4.1, 4.2 and 4.6.

    Commands in work are fewer than the queue has entries: then neither queue is ever full. Who uses
    the pair sees to it. *)

type t

val create : Device.t -> Nvme_registers.t -> id:int -> entries:int -> t
(** 0 is the admin queue's id.
    @raise Device.Failed when its doorbells are beyond the registers. *)

val id : t -> int
val entries : t -> int

val submissions : t -> int
(** Where the device finds commands. *)

val completions : t -> int

(** {1 To the device} *)

val commands : t -> Hal.Dma.t
(** The memory that commands are written to. *)

val put : t -> int
(** Where the next command's 64 bytes begin there: to be written, all of them, before {!ring}. *)

val ring : t -> unit
(** Tells the device of what was put since the last time. *)

(** {1 From the device} *)

val take : t -> int
(** The identifier of a command that is done, as the device says; -1 when there is none. *)

val status : t -> int
(** Of the one that was taken: 0 is success, else the status field, section 4.6.1: code in bits 0 to
    7, type of code in bits 8 to 10. *)

val result : t -> int
(** Of the one that was taken: its command's own word. *)

val taken : t -> unit
(** Tells the device how far we are: after a row of {!take}s. *)
