(** A machine's tables as its firmware finds them in QEMU, put into memory as QEMU's loader script
    says; and handlers that ask the machine's devices.

    Source: QEMU's hw/acpi/bios-linker-loader.c describes the script. *)

type t = {
  memory : Bytes_of.memory;  (** the files, at addresses that the script got *)
  rsdp : int;
}

val install : Qemu.session -> t
(** Needs [etc/table-loader] and the files that it names. *)

val tables : t -> Acpi.Tables.t
(** Raises when there is none, or an error in one. *)

val handlers : Qemu.session -> Aml.Handlers.t
(** Ports and configuration space of a PC are its own; configuration space is that of segment 0.
    Memory is what the machine has there. *)

val machine : Qemu.session -> Acpi.Tables.t -> Aml.Machine.t
(** Raises when there is an error in the AML. *)
