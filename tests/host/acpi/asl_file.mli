(** A file of ASL whose comments say what its methods give. *)

type case = {
  name : string;  (** of a method of the root *)
  expected : string;
      (** as {!Aml.Value.pp} prints it, or [error: ] and how the problem's text begins *)
  differs : string option;  (** why the oracle is not asked, after [//!] *)
}

val cases : string -> case list
(** [cases path]: each
  [//= EXPECTED] belongs to the last method whose definition began before it. *)

val compile : string -> Acpi.Table.t
(** By [iasl], without its optimisations. Raises with its output when it gives no table. *)

val compiled : string -> string
(** Where {!compile} leaves the table: in the folder for temporary files. *)
