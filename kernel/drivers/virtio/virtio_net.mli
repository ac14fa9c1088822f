(** Network devices: virtio type 1. Each core that serves drivers has a pair of queues, where the
    device has so many. Source: VIRTIO 1.2, section 5.1. *)

val driver : Driver.t
