(** Terms that are data: numbers, strings, buffers, packages.

    Source: ACPI 6.5, section 20.2.3 (data objects encoding). *)

val terms : (int * (Context.t -> Context.outcome)) list
(** Each with its opcode; called with the cursor behind it. *)
