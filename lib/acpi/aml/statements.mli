(** Control flow, and terms that have no value.

    Source: ACPI 6.5, section 20.2.5.3. *)

open Context

val terms : (int * (t -> outcome)) list
(** Each with its opcode; called with the cursor behind it. *)

val run : t -> outcome
(** Terms up to the cursor's end, or to one that leaves them: [Done] at the end. *)
