(** Operators on objects rather than values: storing, references, indexes, mutexes, events, names.

    Source: ACPI 6.5, section 19.6; encodings in section 20.2.5.4. *)

val terms : (int * (Context.t -> Context.outcome)) list
(** Each with its opcode; called with the cursor behind it. *)
