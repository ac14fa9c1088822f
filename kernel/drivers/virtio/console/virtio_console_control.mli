(** How a virtio console with several ports speaks of them. Source: VIRTIO 1.2, section 5.3.6.2. *)

type t

val create : Virtio.t -> Device.t -> receive:int -> transmit:int -> message:int option -> t
(** As {!Virtio_console_port.create}. *)

val start : t -> unit

type message =
  | Add of int  (** there is such a port *)
  | Remove of int
  | Connected of int * bool  (** whether somebody is at its other end *)
  | Title of int * string
  | Other

val take : t -> message option
(** The next one that the device sent. *)

val ready : t -> unit
(** Tells the device that it may speak. *)

val port_ready : t -> int -> bool -> unit
(** Whether we take the port. *)

val port_open : t -> int -> unit
(** We read it and write to it. *)

val may_sleep : t -> bool
