(** A virtio disk, played: registers in memory (version 2), one queue, a line. It does what the
    specification says, but for the lies that a test has it tell.

    Source: VIRTIO 1.2, sections 2.7, 4.2 and 5.2. *)

type lies = {
  mutable register : int -> int -> int;  (** of a register's offset and true value: what is read *)
  mutable used_head : int -> int;  (** of the head of a chain: what is given back *)
  mutable used_length : int -> int;
  mutable used_index : int -> int;  (** of the used ring's true index: what is written *)
  mutable status : int -> int;  (** of a request *)
  mutable resets : bool;  (** a reset comes to its end *)
  mutable lowers : bool;  (** acknowledged, it lowers its line *)
  mutable answers : bool;  (** it does what it is asked to *)
}

type t

val create : ?line:int -> sectors:int -> string -> t
(** Empty, of this name, with this line (3). It works from now on. In a fiber. *)

val hardware : t -> Drivers.Hardware.t
val lies : t -> lies
val be_honest : t -> unit

val contents : t -> bytes

val trespasses : t -> string list
(** What the driver had it do that it must not: reach memory that nobody allocated, or that was given
    back. Empty, or the driver is at fault. *)

val requests : t -> int
(** That were done. *)
