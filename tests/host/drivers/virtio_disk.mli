(** A virtio disk, played: a {!Virtio_device} with one queue. Source: VIRTIO 1.2, section 5.2. *)

type lies = Virtio_device.lies = {
  mutable register : int -> int -> int;
  mutable used_head : int -> int;
  mutable used_length : int -> int;
  mutable used_index : int -> int;
  mutable status : int -> int;
  mutable resets : bool;
  mutable lowers : bool;
  mutable answers : bool;
}

type t

val create : ?line:int -> sectors:int -> string -> t
(** Empty, of this name, with this line (3). It works from now on. In a fiber. *)

val hardware : t -> Drivers.Hardware.t
val lies : t -> lies
val be_honest : t -> unit

val contents : t -> bytes

val trespasses : t -> string list
(** As {!Virtio_device.trespasses}. *)

val requests : t -> int
(** That were done. *)
