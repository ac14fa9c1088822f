(** What devices that are played have in common when they are PCI's: messages or the line 3, and a
    gate between them and memory. *)

type t

val create : messages:int -> is_gated:bool -> t
(** [messages]: 0 for the line. [is_gated]: it can be cut off from memory. *)

val reaches_memory : t -> bool
(** It is not cut off. *)

val has_messages : t -> bool

val send : t -> int -> unit
(** The message of this number, or of the number modulo how many there are; one that was not claimed
    goes nowhere. *)

val set_line : t -> bool -> unit

val hardware :
  t ->
  vendor:int ->
  device:int ->
  class_code:int ->
  windows:Hal.Registers.t list ->
  string ->
  Drivers.Hardware.t
(** Of this name. *)
