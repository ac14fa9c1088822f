(** 9P's messages by virtio. Source: VIRTIO 1.2, section 5.9 (a reserved type); the layout is that
    of Linux's [virtio_9p.h]: a tag in the configuration, and one queue of messages with their
    answers. *)

val driver : Driver.t
