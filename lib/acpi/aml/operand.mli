(** Reading an operator's operands: each evaluates the terms at the cursor.

    Source: ACPI 6.5, section 20.2.5 (TermArg, SuperName, SimpleName, Target). *)

open Context

val value : t -> Object.t
(** A TermArg.
    @raise Error.Fault when it gives no value. *)

val data : t -> Object.t
(** A TermArg that is data; what Index refers to stands for itself. *)

val integer : t -> int64
val size : t -> int
(** An integer of at most 31 bits. *)

val slot : t -> int -> Object.slot
(** The local or argument with this opcode. *)

val target : t -> Store.target
(** A Target: nothing, Debug, or what {!reference} reads. *)

val reference : t -> Object.reference
(** A SuperName: a local or an argument, a named object, what RefOf, DerefOf or Index give,
  or what a
    method returns. *)

val simple : t -> Store.target
(** A SimpleName, or Debug: a method's name is the method. *)

val measured : t -> Object.t
(** A SuperName for its value: what it refers to, or what a method returns. *)

val node : t -> Object.node
(** A SuperName that is a named object, or refers to one. *)
