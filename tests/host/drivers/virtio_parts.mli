(** Virtio devices that are no disks, played: what each does when it is honest. Source: VIRTIO 1.2,
    sections 5.3, 5.4, 5.7, 5.8. *)

(** Random bytes. *)
module Rng : sig
  val create : ?fill:(int -> char) -> string -> Virtio_device.t
  (** The bytes that it gives, by number from 0; some that look random when not said. *)
end

(** A keyboard. *)
module Keyboard : sig
  type t

  val create : string -> t
  val device : t -> Virtio_device.t

  val send : t -> kind:int -> code:int -> value:int -> bool
  (** [false]: the driver gave no room. *)

  val lights : t -> (int * int * int) list
  (** That the driver sent, the latest first. *)
end

(** A console: what comes goes back. *)
module Console : sig
  type t

  val create : ?ports:int -> string -> t
  (** Without [ports]: one, and no control messages. *)

  val device : t -> Virtio_device.t

  val remove : t -> int -> unit
  (** Takes a port away. *)

  val add : t -> int -> unit
end

(** A display. *)
module Gpu : sig
  type t

  val create : ?width:int -> ?height:int -> string -> t
  val device : t -> Virtio_device.t

  val dot : t -> x:int -> y:int -> int
  (** What it shows there; -1: nothing yet. *)
end

(** A 9P server that answers each message with the same. *)
module Nine : sig
  val create : tag:string -> string -> Virtio_device.t
end
