(** An NVMe controller with one namespace of 512-byte blocks, played: registers, doorbells, queues
    with their phases, and interrupts, by messages or by its line. It does what the specification
    says, but for the lies that a test has it tell. Source: NVM Express Base Specification 1.4. *)

type lies = {
  mutable register : int -> int -> int;  (** of a register's offset and true value: what is read *)
  mutable command : int -> int;  (** of a completion's command identifier: what it says *)
  mutable queue : int -> int;  (** likewise of its queue *)
  mutable phase : int -> int;
  mutable status : int -> int;
  mutable result : int -> int;
  mutable head : int -> int;  (** of the commands: how far it is *)
  mutable identity : what:int -> bytes -> unit;
      (** changes the 4096 bytes that identify commands answer; by their CNS: 0 the namespace, 1 the
          controller, 2 the list of namespaces *)
  mutable repeats : bool;  (** each completion comes twice *)
  mutable resets : bool;  (** a reset comes to its end *)
  mutable lowers : bool;  (** what it completed being taken, it lowers its line *)
  mutable answers : bool;  (** it does what it is asked to *)
}

val create : ?messages:int -> ?is_gated:bool -> string -> lies Lying_disk.t
(** With this name, and this many messages (0: line 3); of {!Lying_disk.sectors}. It works from now
    on. In a fiber. [is_gated] (true): it can be cut off from memory. *)
