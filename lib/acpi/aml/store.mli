(** Where results go.

    Source: ACPI 6.5, section 19.3.5.8 (storing into Local, Arg and named objects). *)

open Context

type target = Nowhere | Into of Object.reference | Into_debug

val store : machine -> Object.t -> target -> unit
(** Store, and every operator's result: a named object keeps its type, so the value is converted to
    it; a field takes the bits; LocalX takes any value; ArgX that holds a reference made by RefOf
    passes it on. *)

val copy_object : machine -> Object.t -> target -> unit
(** CopyObject: the same, without conversion: a named object becomes what the value is. *)
