(** ACPICA's interpreter, by its program [acpiexec], as lenient as systems use it. *)

val evaluate : string -> string list -> string list
(** [evaluate table methods]: what each method of the root gives, called one after the other in a
    namespace of this table: a value as {!Aml.Value.pp} prints it, or ["error"]. References are
    printed with their last segment alone. *)
