(** The spaces that registers stand in (ACPI 6.5, tables 5.1 and 5.117 and section 19.6.100): the
    same numbers in static tables and in AML's operation regions. *)

type t =
  | System_memory
  | System_io
  | Pci_config
  | Embedded_controller
  | Smbus
  | Cmos
  | Pci_bar_target
  | Ipmi
  | General_purpose_io
  | Generic_serial_bus
  | Platform_communication
  | Platform_runtime
  | Fixed_hardware
  | Other of int

val of_int : int -> t
val to_int : t -> int
val pp : Format.formatter -> t -> unit
