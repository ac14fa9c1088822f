(** Calling a method.

    Source: ACPI 6.5, section 5.5.2. *)

open Context

val run : machine -> term:(t -> outcome) -> Object.node -> Object.t list -> Object.t option
(** What the method at this node returns;
  [None] when nothing. Arguments that are missing are zero, as any that were never stored to. Names
    that it made are gone afterwards.
    @raise Invalid_argument when the node is no method. *)

val term : t -> Object.node -> outcome
(** A call in AML: as many arguments as the method takes are read at the cursor. *)
