(** Virtio over memory-mapped registers, of versions 1 (legacy) and 2.

    Source: VIRTIO 1.2, section 4.2. *)

val probe : Hal.Registers.t -> int option
(** The type of device behind these registers; [None] when there is none. *)

val open_ : Device.t -> Virtio_transport.t
(** @raise Device.Failed when the registers are not virtio's. *)
