(** Reading and writing fields: runs of bits of an operation region, or of a buffer.

    The lock rule is ignored: nothing else runs AML meanwhile, and the firmware's global lock guards
    registers that no machine without system management code has.

    Source: ACPI 6.5, sections 19.6.48 (Field), 19.6.64 (IndexField), 19.6.7 (BankField). *)

open Context

val read : machine -> Object.field -> Object.t
(** An integer when it fits into one, else a buffer. *)

val write : machine -> Object.field -> Object.t -> unit
(** The value's bits, cut or filled with zeros. *)

val read_buffer_field : machine -> Object.buffer_field -> Object.t
val write_buffer_field : machine -> Object.buffer_field -> Object.t -> unit
