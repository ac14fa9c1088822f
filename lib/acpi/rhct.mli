(** The RISC-V Hart Capabilities Table.

    Source: ACPI 6.6, section 5.2.35. *)

type cache_blocks = {
  management : int option;  (** sizes in bytes; [None]: without the extension *)
  prefetch : int option;
  zero : int option;
}

type hart = {
  uid : int;  (** of the processor's object in the namespace *)
  isa : string;  (** the ISA string; empty when the table has none for this hart *)
  cache_blocks : cache_blocks option;
  mmu : int option;  (** 0: Sv39, 1: Sv48, 2: Sv57 *)
}

type t = {
  timebase : int;  (** of the [time] register, in Hz *)
  timer_wakes : bool;  (** the timer can end every idle state *)
  harts : hart list;
}

val of_table : Table.t -> (t, Error.t) result
val pp : Format.formatter -> t -> unit
