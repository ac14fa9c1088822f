(** The Generic Timer Description Table: Arm's timers and their interrupts.

    Source: ACPI 6.5, section 5.2.25. *)

type timer = { gsi : int; mode : Interrupt_mode.t; always_on : bool }

type frame = {
  number : int;
  base : int;
  el0_base : int option;
  physical : timer;  (** [always_on]: it does not stop in low-power states *)
  virtual_ : timer option;
  secure : bool;
}

type platform_timer =
  | Block of { control_base : int; frames : frame list }  (** a memory-mapped timer *)
  | Watchdog of { refresh_base : int; control_base : int; timer : timer; secure : bool }
  | Other of { kind : int; offset : int; length : int }

type t = {
  control_base : int option;  (** the memory-mapped counter's *)
  read_base : int option;
  secure_el1 : timer option;
  el1 : timer option;  (** the non-secure physical timer *)
  virtual_el1 : timer option;
  el2 : timer option;
  virtual_el2 : timer option;  (** from revision 3 on *)
  platform_timers : platform_timer list;
}

val of_table : Table.t -> (t, Error.t) result
val pp : Format.formatter -> t -> unit
