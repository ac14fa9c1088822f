(** Terms that name something: scopes, devices, methods, data, fields.

    While a table is loaded, what goes wrong within one of these bodies, or a second definition of a
    name, is recorded, and the rest of the table is loaded.

    Source: ACPI 6.5, sections 20.2.5.1 and 20.2.5.2. *)

open Context

val terms : (int * (t -> outcome)) list
(** Each with its opcode; called with the cursor behind it. *)

val load : t -> unit
(** Runs the terms of a whole definition block; errors are added to the machine's. *)
