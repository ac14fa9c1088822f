(** The tree of names.

    Source: ACPI 6.5, section 5.3. *)

open Object

val create : native:(string * method_) list -> node
(** A root with the scopes that are always there (\_GPE, \_PR, \_SB, \_SI, \_TZ), \_GL, \_OS, \_REV,
    and these methods. *)

val find : node -> Path.name -> node option
(** From a scope. A lone segment without a prefix is searched for up to the root; every other name
    stands exactly there. The alias itself, where it is one. *)

val find_path : node -> Path.t -> node option
(** From the root. *)

val child : node -> string -> node option

val define : node -> Path.name -> content -> node
(** @raise Error.Fault when the parent is not there, or the name is taken. *)

val remove : node -> unit
(** Takes a node from its parent. *)

val children : node -> node list
(** In the order of their names. *)
