(** A pair of queues of a virtio network device, one to receive and one to send, and the fiber that
    serves them. Buffers of {!Network} are the queues' entries: the number of a buffer is that of
    its descriptor, and the device's header stands in its headroom. Source: VIRTIO 1.2, section
    5.1.6. *)

type t

val create : Virtio.t -> Device.t -> int -> core:int -> message:int option -> link:Sched.Bell.t -> t
(** The pair of this number, which sends this message, or raises the line; then the configuration's
    changes ring [link].
    @raise Device.Failed when the device does not have it. *)

val lent : t -> Network.lent
(** What it has room for. *)

val merges : int
(** The feature of frames in several buffers. *)

val host_tso4 : int
val host_tso6 : int
(** The features of frames that the device cuts into segments. *)

val any_layout : int
(** The feature of headers that need no descriptor of their own, from before virtio 1.0. *)

val serve : t -> Port.driver -> Hal.Dma.t -> tell:((int -> bool) -> unit) -> 'a
(** For good, over the buffers in this memory. At each turn [tell] may send an item of its own, by a
    function that says whether there was room. *)

val wake : t -> unit
(** Has [tell] called. *)

val uncollected : t -> int
(** Buffers with frames that the device has given back and nobody has looked at: for the end. *)
