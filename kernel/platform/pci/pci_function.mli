(** One function of a PCI device, as its configuration space describes it.

    Sources: PCI Local Bus Specification 3.0, chapter 6; PCI-to-PCI Bridge Architecture
    Specification 1.2, section 3.2. *)

type kind = Device | Bridge  (** to a further bus *) | Other of int  (** header type *)

type bar_kind = Io | Memory of { is_64 : bool; prefetchable : bool }

type bar = {
  index : int;  (** of the register, from 0; one of 64 bits takes two *)
  kind : bar_kind;
  size : int;  (** in bytes, a power of two *)
  address : int;  (** on the bus; 0 when nobody has assigned one *)
}

type t = {
  address : Pci_address.t;
  space : Hal.Registers.t;
  kind : kind;
  is_multifunction : bool;
  vendor : int;
  device : int;
  revision : int;
  class_code : int;  (** 24 bits *)
  subsystem_vendor : int;
  subsystem : int;
  pin : int;  (** 1 to 4 for INTA to INTD; 0: it has none *)
  line : int;  (** what firmware left in the register for it *)
  capabilities : (int * int) list;  (** id and offset *)
  bars : bar list;
}

val read : Pci_address.t -> Hal.Registers.t -> t option
(** [None] when there is no function. Sizing the registers switches its memory and ports off for a
    moment: nobody may use it yet. *)

val capability : t -> int -> int option
(** Offset of the first with this id. *)

val set_bar : t -> bar -> int -> unit
(** Writes the address on the bus. *)

(** {1 The command register} *)

val set_decoding : t -> bool -> unit
(** Whether it answers to its memory and ports. *)

val set_master : t -> bool -> unit
(** Whether it may reach memory, messages included. *)

val set_line_masked : t -> bool -> unit
(** Whether its line is held back. *)
