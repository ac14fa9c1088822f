(** A virtio device, played: registers in memory (version 2), a line, and queues. It does what the
    specification says, but for the lies that a test has it tell. What a chain of descriptors means
    is for whoever makes one.

    Source: VIRTIO 1.2, sections 2.7 and 4.2. *)

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

type piece = { address : int; length : int; is_written : bool  (** by the device *) }
(** Of a chain. *)

type work = t -> queue:int -> head:int -> piece list -> int option
(** Does what a chain asks for: how many bytes it wrote to the chain, which is given back then.
    [None] keeps the chain, for {!give_back}. *)

val create :
  ?line:int ->
  ?forget:(unit -> unit) ->
  kind:int ->
  features:int list ->
  config:(bytes:int -> int -> int) ->
  queues:int ->
  work:work ->
  string ->
  t
(** Of this name and type, with this line (3); [config] is read with width and offset; [forget] is
    called at each reset, after which no chain that was kept may be given back. It works from now
    on. In a fiber. *)

val hardware : t -> Drivers.Hardware.t
val name : t -> string
val lies : t -> lies
val be_honest : t -> unit

val trespasses : t -> string list
(** What the driver had it do that it must not: reach memory that nobody allocated, or that was
    given back. Empty, or the driver is at fault. *)

val used : t -> int
(** Chains that were given back. *)

(** {1 For the work} *)

exception Trespass
(** {!Reach.Trespass}. *)

val memory : t -> int -> int -> Hal.Dma.t
(** That the driver named by address and length.
    @raise Trespass when it must not. *)

val give_back : t -> queue:int -> int -> written:int -> unit
(** A chain, by its head, and interrupts. *)
