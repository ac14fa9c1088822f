(** What a network interface's driver gives back ({!Network}): buffers that it sent, frames that it
    received, and whether somebody is at the other end. *)

val dispatch : Network_queue.t -> Network_queue.life -> Device.t -> Port.kernel -> unit -> unit
(** The fiber that hears the driver of this life, for ever: frames that came go to who receives, and
    buffers that were sent are free. A driver that gives back what it did not have has failed
    ({!Device.fail}). *)

val hear_out : Network_queue.interface -> unit
(** Takes what the last driver had said and nobody had heard. It is dead, and so is {!dispatch}. *)
