(** Keyboards, mice and tablets by virtio. Source: VIRTIO 1.2, section 5.8. *)

val driver : Driver.t
