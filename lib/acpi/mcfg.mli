(** The PCI Express memory-mapped configuration table: where configuration space stands in memory.

    Source: PCI Firmware Specification 3.3, section 4.1.2. *)

type window = {
  base : int;  (** address of bus 0, even where [first_bus] is another *)
  segment : int;
  first_bus : int;
  last_bus : int;  (** inclusive *)
}

type t = window list

val of_table : Table.t -> (t, Error.t) result
val pp : Format.formatter -> t -> unit
