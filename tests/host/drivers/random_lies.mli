(** Lies of a {!Virtio_device}, drawn from an input's bytes. *)

type input

val of_bytes : string -> input
val is_over : input -> bool

val byte : input -> int
(** The next; 0 when it is over. *)

val word : input -> int
(** A number of 32 bits, often one that matters at an edge. *)

val sometimes : input -> (int -> int) -> int -> int
(** Changes what is true: each time, or each so many times. *)

val change : input -> int -> int
(** Into another number, or by a little. *)

val tell : input -> Virtio_device.lies -> bool
(** Changes one of them. Whether the device still has done what it says that it has: chains that it
    gives back, and resets. *)
