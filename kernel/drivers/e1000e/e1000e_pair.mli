(** The two rings of an 82574, and the fiber that serves them. Descriptors are the extended ones.
    Source: Intel 82574 GbE Controller Family Datasheet, sections 7.1 and 7.2. *)

type t

val create : Device.t -> E1000e_registers.t -> core:int -> t
(** The rings' memory, and the device told of it. *)

val lent : t -> Network.lent
(** What it has room for. *)

val serve :
  t -> Port.driver -> Hal.Dma.t -> lower:(unit -> unit) -> tell:((int -> bool) -> unit) -> 'a
(** For good, over the buffers in this memory. At each turn the interrupt is lowered, and [tell] may
    send an item of its own, by a function that says whether there was room. *)

val wake : t -> unit
(** Has [tell] called. *)

val uncollected : t -> int
(** Received frames that nobody has looked at: for the end. *)
