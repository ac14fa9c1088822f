(** Resource templates: what [_CRS] says a device uses, and [_PRS] that it could use.

    Total: any bytes give descriptors or an error with its offset.

    Source: ACPI 6.5, section 6.4. *)

type interrupt = {
  lines : int list;  (** ISA IRQs of an [Irq], global system interrupts of an [Extended_irq] *)
  mode : Acpi.Interrupt_mode.t;
  shared : bool;
  wakes : bool;
}

type space = Memory | Io | Bus_numbers | Other_space of int

type source = { index : int; path : string }  (** which of what device gives it *)

type window = {
  space : space;
  is_producer : bool;  (** a bridge passes it on; else the device uses it itself *)
  is_subtractive : bool;  (** takes what nobody else does *)
  minimum_fixed : bool;
  maximum_fixed : bool;
  flags : int;  (** of the space: for memory bit 0 writable, bits 1 and 2 cacheability *)
  granularity : int;
  minimum : int;  (** as the bridge's far side sees it *)
  maximum : int;  (** inclusive *)
  translation : int;  (** what is added for the address on the near side *)
  length : int;
  source : source option;
}

type t =
  | Irq of interrupt
  | Dma of { channels : int list; flags : int }
  | Start_dependent of { priority : int option }  (** one of several choices begins *)
  | End_dependent
  | Io of { decodes_16_bits : bool; minimum : int; maximum : int; alignment : int; length : int }
  | Fixed_io of { base : int; length : int }
  | Fixed_dma of { request : int; channel : int; width : int }
  | Memory of { writable : bool; minimum : int; maximum : int; alignment : int; length : int }
  | Fixed_memory of { writable : bool; base : int; length : int }
  | Window of window
  | Extended_irq of { interrupt : interrupt; is_producer : bool; source : source option }
  | Register of Acpi.Generic_address.t
  | Vendor of string
  | Other of { kind : int; offset : int; length : int }
      (** GPIO, serial buses and what else is not read here; windows whose numbers have more than 62
          bits *)

type problem =
  | Truncated  (** it ends within a descriptor, or without an end tag *)
  | Bad_checksum
  | Too_short of { kind : int; length : int }

type error = { offset : int; problem : problem }

val decode : string -> (t list, error) result
(** Up to the end tag; bytes behind it are passed over. *)

val encode_interrupt : t -> string option
(** A template of this [Irq] or [Extended_irq] alone, for [_SRS]. [None] for other descriptors, and
    for lines that do not fit. *)

val interrupts : t list -> interrupt list
val pp : Format.formatter -> t -> unit
val pp_error : Format.formatter -> error -> unit
