(** A virtio disk, played: a {!Virtio_device} with one queue. Source: VIRTIO 1.2, section 5.2. *)

val create : string -> Virtio_device.lies Lying_disk.t
(** Empty, of this name, with line 3. It works from now on. In a fiber. *)
