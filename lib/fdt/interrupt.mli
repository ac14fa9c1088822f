(** Which inputs of which controllers a node's interrupts are.

    Source: Devicetree Specification 0.4, section 2.4. An interrupt passes through up to 16 nexuses;
    after those it is a [Loop]. *)

type t = {
  controller : Node.t;
  specifier : int list;
      (** as many cells as the controller's [#interrupt-cells]; its binding says what they mean *)
}

val of_node : Tree.t -> Node.t -> (t, Error.t) result list
(** What [interrupts-extended] says, else [interrupts]; in order, so that an entry's place is its
    index in [interrupt-names]. An entry that leads nowhere is an error in its place; one of unknown
    length is an error and the last. *)

val parent : Tree.t -> Node.t -> (Node.t, Error.t) result
(** The controller or nexus that [interrupts] of this node are for: what the nearest
    [interrupt-parent] names, of the node itself and those above it, or the nearest node above that
    is one. *)

val route : Tree.t -> Node.t -> address:int list -> specifier:int list -> (t, Error.t) result
(** Where an interrupt of a controller or nexus arrives in the end, that a unit with this address
    raises. [Not_mapped] when a nexus has no row for it, [Bad_size] when its interrupts have another
    number of cells. *)

val of_pci_pin :
  Tree.t -> Node.t -> bus:int -> device:int -> function_:int -> pin:int -> (t, Error.t) result
(** Where a host bridge sends the interrupt pin (1 is INTA, 4 INTD) of a function on its bus. *)
