(** What a virtio disk's requests look like in memory: a slot for each that may be outstanding in a
    queue, with its header, its status, and its descriptors, written as far as they are always the
    same. Source: VIRTIO 1.2, sections 5.2.6 and 2.7.5.3. *)

type t

val create : Device.t -> Virtqueue.t -> indirect:bool -> t
(** As many as the queue has room for, up to {!Requests.depth}. With [indirect] each takes one
    entry of the queue. *)

val is_full : t -> bool
val free : t -> int
(** Slots that have no request. *)

val fill : t -> int array -> pos:int -> int
(** Gives a free slot the request that stands there, as {!Block.Wire} has it: the head of its chain,
    to be offered. There must be one free. *)

val answer : t -> int -> int
(** The device has used the chain with this head: the answer for {!Port}, and the slot is free. *)

val identify : t -> int
(** Gives a free slot the request for the disk's identity: the head of its chain. *)

val identity : t -> int -> string
(** The answer to that; the slot is free. *)
