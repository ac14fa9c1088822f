(** Displays by virtio, in two dimensions. Source: VIRTIO 1.2, section 5.7. *)

val driver : Driver.t
