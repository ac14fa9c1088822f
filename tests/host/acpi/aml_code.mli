(** AML by hand, for what no compiler writes: see ACPI 6.5, section 20.2. *)

val block : ?signature:string -> string list -> Acpi.Table.t
(** A definition block of revision 2 with these terms. *)

val package : string -> string -> string
(** [package opcode body] with the package's length between them. *)

val device : string -> string -> string
val scope : string -> string -> string
val method_ : ?arity:int -> string -> string list -> string
val name : string -> string -> string
val return : string -> string
val byte : int -> string
val dword : int -> string
val text : string -> string

val load : ?limits:Aml.Budget.limits -> Acpi.Table.t list -> Aml.Machine.t * Aml.Error.t list
(** Over an empty {!Memory}. *)
