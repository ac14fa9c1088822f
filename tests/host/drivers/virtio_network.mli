(** A virtio network interface, played: a {!Virtio_device} with a queue each way, which receives
    what it sent. Where a frame stands in several buffers, [status] lies of how many. Source: VIRTIO
    1.2, section 5.1. *)

val create : ?merges:bool -> string -> Virtio_device.lies Lying_network.t
(** Of this name, with line 3. It works from now on. In a fiber. [merges] (true): it says of each
    frame in how many buffers it is. *)
