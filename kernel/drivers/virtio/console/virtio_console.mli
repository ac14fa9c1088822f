(** Consoles, and other streams of bytes to the host, by virtio: one port, or several where the
    device has them. Source: VIRTIO 1.2, section 5.3. *)

val driver : Driver.t
