(** How a virtio device is reached, whichever bus it is on.

    Source: Virtual I/O Device (VIRTIO) 1.2, chapters 2 to 4. *)

type queue = {
  size : int;  (** entries, a power of two *)
  descriptors : int;  (** device addresses of the three parts *)
  available : int;
  used : int;
}

type t = {
  is_legacy : bool;  (** from before virtio 1.0 *)
  features : unit -> int;  (** that the device offers, by bit *)
  set_features : int -> unit;
  status : unit -> int;
  set_status : int -> unit;
  queue_size : int -> int;  (** the most entries of this queue; 0: there is none *)
  set_queue : int -> queue -> message:int option -> bool;
      (** starts it, with the message that it shall send; whether the device took it *)
  notify : int -> unit -> unit;
      (** [notify index] is what tells the device that the queue has something. To be asked for
          once, when the queue is set *)
  acknowledge : unit -> int;
      (** why the line was raised (bit 0: a queue, bit 1: the configuration), and lowers it *)
  set_configuration_message : int option -> unit;
  generation : unit -> int;  (** changes with the configuration *)
  configuration : Hal.Registers.t;  (** what the kind of device defines *)
}

val split_layout : size:int -> int * int * int
(** Offsets of the available and the used part from the descriptors, and the bytes of all: as legacy
    devices want them, which suits the others. Section 2.7.2. *)
