(** The list of fields that Field, IndexField and BankField have.

    Source: ACPI 6.5, section 20.2.5.2 (FieldFlags, FieldList). *)

val read : Context.t -> backing:Object.backing -> (Path.name * Object.field) list
(** The named fields up to the cursor's end, in their order; the flags come first. *)
