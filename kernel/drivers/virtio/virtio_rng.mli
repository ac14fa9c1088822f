(** Random bytes by virtio. Source: VIRTIO 1.2, section 5.4. *)

val driver : Driver.t
