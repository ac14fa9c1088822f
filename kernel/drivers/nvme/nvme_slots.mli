(** Pieces of requests ({!Block_work}) as commands in an NVMe queue: each in a slot that has its
    identifier, and memory for the list of its pages. *)

type t

type namespace = {
  number : int;
  block_shift : int;  (** its blocks are [2{^block_shift}] sectors *)
  work : Block_work.t;
}

val transfer_max : int
(** Bytes of one command, for which a slot has room: 512 KiB. *)

val entries : Nvme_registers.t -> int
(** That the queue needs. *)

val create : Device.t -> Nvme_queue.t -> namespace array -> t
val is_full : t -> bool

val fill : t -> int -> unit
(** The present piece of the namespace at this place becomes a command, in a slot that is free. *)

val empty : t -> int -> unit
(** The command of this identifier is done: its namespace is told.
    @raise Device.Failed when the device does not have it. *)
