(** Virtio over PCI: modern devices by their capabilities, older ones by the ports of window 0.

    Source: VIRTIO 1.2, section 4.1. *)

val open_ : Device.t -> Virtio_transport.t
(** @raise Device.Failed when its capabilities make no sense. *)

val kind : Hardware.identity -> int option
(** The type of device (section 5) of a PCI identity. *)
