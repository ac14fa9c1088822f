(** What names and references stand for. *)

open Context

val lookup : Object.node -> Path.name -> Object.node
(** @raise Error.Fault when there is none. *)

val of_node : machine -> Object.node -> Object.t
(** Its value: data, a field's contents, or [Named] for what is no data (methods too). *)

val resolve_element : machine -> Object.t -> Object.t
(** A package's element: a name in it stands for what it names now. *)

val dereference : machine -> Object.reference -> Object.t
(** What it refers to. *)

val data : machine -> Object.t -> Object.t
(** An operand that must be data: a reference made by Index stands for what it refers to. *)

val deref_of : machine -> Object.node -> Object.t -> Object.t
(** DerefOf, in a scope: of a reference, or of a string that is a name. *)
