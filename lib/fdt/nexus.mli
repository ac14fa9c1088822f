(** An interrupt nexus: the table by which a node hands the interrupts of those below it to other
    controllers. Read once for each nexus, then looked up in logarithmic time.

    Nodes of both sides shall have [#address-cells]. A nexus that lacks it is taken to have those of
    the nearest node above, or two; a controller, none: what trees in use rely on.

    Source: Devicetree Specification 0.4, section 2.4.4. *)

type t

type row = {
  parent : Node.t;  (** the controller, or the next nexus *)
  address : Cells.t;  (** the unit address there *)
  specifier : Cells.t;  (** the interrupt there *)
}

val interrupt_cells : Node.t -> (int, Error.t) result
(** The cells of an interrupt of this controller or nexus, 1 to 8. [Missing] when it is neither. *)

val read : find:(int -> Node.t option) -> Node.t -> (t, Error.t) result option
(** The node's [interrupt-map] and [interrupt-map-mask]; [find] gives the node of a phandle. [None]
    when it is no nexus. *)

val lookup : t -> address:Cells.t -> specifier:Cells.t -> (row option, Error.t) result
(** The first row for this interrupt of the unit with this address. Only as many cells of the
    address count as the nexus has; [Truncated] when there are fewer. *)
