(** A virtio display's commands, one after the other. Source: VIRTIO 1.2, section 5.7.6. *)

type t

val create : Device.t -> Virtqueue.t -> bell:Sched.Bell.t -> lower:(unit -> unit) -> t
(** On the control queue. [lower] is to be called after each ring. *)

(** Each waits for the answer.
    @raise Device.Failed when it is none that the command can have. *)

val display : t -> (int * int) option
(** Width and height of the first scanout that is on. *)

val create_resource : t -> width:int -> height:int -> unit
(** Resource 1, in dots of 32 bits: blue, green, red, nothing. *)

val attach : t -> Hal.Dma.t -> length:int -> unit
(** The memory behind it. *)

val scan_out : t -> width:int -> height:int -> unit
(** Scanout 0 shows it. *)

val show : t -> Display.rectangle -> row_bytes:int -> bool
(** Takes this part from the memory, and shows it. Whether it could. *)
