(** A split virtqueue: a device's descriptors, and the two rings by which they go to it and come
    back. Descriptors and what they point to are the driver's own business; this keeps the rings,
    and believes nothing that the device writes.

    One fiber uses it. Source: VIRTIO 1.2, section 2.7. *)

type t

val create : Virtio.t -> Device.t -> index:int -> most:int -> message:int option -> t
(** Sets the queue up, with as many entries as the device has, up to [most] (a power of two).
    @raise Device.Failed when it has no such queue, or does not take the message. *)

val size : t -> int

(** {1 Descriptors} *)

val describe : t -> int -> address:int -> length:int -> flags:int -> next:int -> unit
(** Writes descriptor [n]. *)

val set_length : t -> int -> int -> unit

val flag_next : int
val flag_write : int
(** For the device to write. *)

val flag_indirect : int

(** {1 To the device} *)

val offer : t -> int -> unit
(** Puts the chain that begins with this descriptor on the ring: seen by the device after
    {!publish}. *)

val publish : t -> unit
(** Lets the device see what was offered, and tells it when it wants to be told. Nothing when there
    is nothing new. *)

(** {1 From the device} *)

val take : t -> int
(** The first descriptor of a chain that the device has used; -1 when there is none.
    @raise Device.Failed when the device gives back what it does not have, or more than there is. *)

val taken_length : t -> int
(** What the device says it wrote to the chain that {!take} gave last. *)

val outstanding : t -> int
(** Chains that the device has. *)

val uncollected : t -> int
(** Chains that the device has given back and nobody has taken, as far as it can be believed. *)

val may_sleep : t -> after:int -> bool
(** From now on the device interrupts once it has used [after] more chains (at least 1; 1 where it
    has no event index). [false]: it has used some already. *)
