(** Facts of a machine that QEMU made, each a test with a line of its own. *)

type t = {
  name : string;
  session : Qemu.session;
  tables : Acpi.Tables.t;
  aml : Aml.Machine.t;
  devices : Aml.Device.t list;
}

val pc : string -> string -> string list -> (t -> unit) -> unit
(** [pc name machine arguments facts]: an x86 machine,
  its chipset set up as its firmware would: ECAM
    at 0xb0000000 and power management at 0x600, where the machine has these registers. *)

val virt : string -> string -> string list -> (t -> unit) -> unit
(** Arm's. *)

val fact : t -> string -> (unit -> unit) -> unit

val same : ('a -> string) -> 'a -> 'a -> unit
(** [same show expected found]. *)

val ok : ('a, Aml.Query.error) result -> 'a

val show : (Format.formatter -> 'a -> unit) -> 'a -> string

val device : t -> string -> Aml.Device.t
(** By its path's text. *)

val resources : t -> string -> string list
(** What a device's [_CRS] holds, printed. *)

val present : t -> string -> Aml.Device.t list
(** Those with this id that are there. *)
