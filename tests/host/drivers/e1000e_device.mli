(** Intel's 82574, played: registers, a ring each way, and interrupts, by messages or by its line.
    It receives what it sent. It does what the data sheet says, but for the lies that a test has it
    tell. Source: Intel 82574 GbE Controller Family Datasheet, sections 7.1, 7.2 and 10.2. *)

type lies = {
  mutable register : int -> int -> int;  (** of a register's offset and true value: what is read *)
  mutable length : int -> int;  (** of a received frame: what it says of its bytes *)
  mutable status : int -> int;  (** of a received frame: what it says became of it *)
  mutable is_sent : int -> int;  (** of a frame to send: bit 0 is that it was sent *)
  mutable ahead : int;  (** so many further descriptors of each ring are said to be done *)
  mutable causes : int -> int;  (** of interrupts *)
  mutable resets : bool;  (** a reset comes to its end *)
  mutable lowers : bool;  (** read, its causes are gone *)
  mutable answers : bool;  (** it does what it is asked to *)
}

val create : ?messages:int -> ?is_gated:bool -> string -> lies Lying_network.t
(** With this name, and this many messages (0: line 3). It works from now on. In a fiber. [is_gated]
    (true): it can be cut off from memory. *)
