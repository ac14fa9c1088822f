(** Disks by virtio. Source: VIRTIO 1.2, section 5.2. *)

val driver : Driver.t
