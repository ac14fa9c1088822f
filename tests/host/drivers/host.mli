(** This machine as the kernel's drivers see one: cores are threads, physical addresses are
    pointers, and devices are played by tests. Time in which no core has anything to do is skipped,
    so a wait of ten seconds takes none, and nothing depends on this machine's speed. *)

val run : ?cores:int -> (unit -> 'a) -> 'a
(** In the kernel's schedulers, on so many cores (1), all of which serve drivers. *)

val milliseconds : unit -> int
(** The clock's. *)

val until : (unit -> bool) -> unit
(** Lets others run until this holds.
    @raise Failure after a minute of the clock's. *)

(** {1 Memory} *)

val memory : address:int -> length:int -> Hal.Dma.t option
(** As a device reaches it: [None] when not all of it is allocated now, in one piece. *)

val memory_blocks : unit -> int
(** How many pieces are allocated: to see that all were freed. *)

(** {1 Interrupts} *)

module Line : sig
  val set : int -> bool -> unit
  (** The line (0 to 63) goes up or down. *)

  val taken : int -> int
  (** Interrupts that a core took. *)

  val unmasked : int -> int
  val is_masked : int -> bool
  val is_claimed : int -> bool
end

val send : data:int -> unit
(** A device writes this message. *)

val messages : unit -> int
(** That are allocated. *)

(** {1 Devices} *)

val hardware :
  ?identity:Drivers.Hardware.identity ->
  ?windows:Hal.Registers.t list ->
  ?line:int ->
  ?messages:int ->
  ?message:(int -> data:int -> unit) ->
  ?enable:(unit -> unit) ->
  ?disable:(unit -> unit) ->
  ?is_gated:bool ->
  string ->
  Drivers.Hardware.t
(** A device of this name. It has a level-triggered [line], or [messages], of which [message] tells
    it the data when one is claimed. *)
