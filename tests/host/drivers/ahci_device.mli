(** An AHCI adapter with one disk at port 0, played: registers, the command list with its tables,
    both kinds of commands, errors, and an interrupt. It does what the specification says, but for
    the lies that a test has it tell. Source: Serial ATA AHCI 1.3.1. *)

type lies = {
  mutable register : int -> int -> int;  (** of a register's offset and true value: what is read *)
  mutable finished : int -> int;  (** of a finished command, as a bit: which are finished *)
  mutable status : int -> int;  (** of a command, as ATA has it: 0x50 when it went well, bit 0 when not *)
  mutable bytes : int -> int;  (** that a command moved: what it says of them *)
  mutable moves : int -> int;  (** of a command's bytes: how many it moves *)
  mutable reasons : int -> int;  (** to interrupt: what is added to them *)
  mutable identity : bytes -> unit;  (** changes the 512 bytes that identify the disk *)
  mutable log : bytes -> unit;  (** likewise of its log of queued errors *)
  mutable resets : bool;  (** a reset of the adapter comes to its end *)
  mutable lowers : bool;  (** served, it lowers its line *)
  mutable answers : bool;  (** it does what it is asked to *)
}

val create : ?messages:int -> ?is_gated:bool -> ?has_queue:bool -> string -> lies Lying_disk.t
(** With this name, and this many messages (0: line 3); of {!Lying_disk.sectors}. It works from now
    on. In a fiber. [is_gated] (true): it can be cut off from memory. [has_queue] (true): the disk
    takes queued commands. *)
