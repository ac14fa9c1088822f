(** Lies of a {!Virtio_device}, drawn from an input's bytes. *)

type input

val of_bytes : string -> input
val is_over : input -> bool

val byte : input -> int
(** The next; 0 when it is over. *)

val word : input -> int
(** A number of 32 bits, often one that matters at an edge. *)

val tell : input -> Virtio_device.lies -> unit
(** Changes one of them. *)
