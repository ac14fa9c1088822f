(** One port of a virtio console: its two queues. Source: VIRTIO 1.2, section 5.3.6. *)

type t

val create : Virtio.t -> Device.t -> receive:int -> transmit:int -> message:int option -> t
(** By the queues' numbers. Before {!Virtio.run}. *)

val start : t -> unit
(** Gives the device room for what it receives. After that. *)

val work : t -> Port.driver -> bool
(** Moves what there is to move, and says whether it did. *)

val may_sleep : t -> Port.driver -> bool
(** There is nothing to move, and the bell rings when there is. *)
