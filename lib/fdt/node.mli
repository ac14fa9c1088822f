(** A node of a device tree: a name, properties, and nodes below it.

    Nodes do not change, and know the node above them, so they are never to be compared with [=] or
    hashed: use {!equal} and {!offset}. A search for a name takes logarithmic time.

    Source: Devicetree Specification 0.4, sections 2.2 and 2.3. *)

type t

val make :
  offset:int ->
  name:string ->
  parent:t option ->
  (t -> (Property.t list * t list, Error.t) result) ->
  (t, Error.t) result
(** A node whose properties and children the function gives, which is called with the node itself,
    still empty. [Duplicate] when two properties, or two children, have the same name. *)

val equal : t -> t -> bool

val offset : t -> int
(** Of its first token in the blob: no other node of the tree has it. *)

(** {1 Its place} *)

val name : t -> string
(** With its unit address: ["serial@10000000"]; [""] is the root's. *)

val base_name : t -> string
(** Without it: ["serial"]. *)

val unit_address : t -> string option
(** What follows the [@]. *)

val path : t -> string
(** Such as ["/soc/serial@10000000"]; ["/"] is the root's. *)

val parent : t -> t option

val children : t -> t list
(** In the blob's order. *)

val child : t -> string -> t option
(** The child of this name. A name without unit address also stands for the one child that has it
    with some address, but not for one of several. *)

(** {1 Its properties} *)

val properties : t -> Property.t list
(** In the blob's order. *)

val find : t -> string -> Property.t option
val has : t -> string -> bool

val required : t -> string -> (Property.t -> ('a, Error.t) result) -> ('a, Error.t) result
(** The property of this name as a reader of {!Property} has it. [Missing] when there is none. *)

val optional : t -> string -> (Property.t -> ('a, Error.t) result) -> ('a option, Error.t) result
(** Likewise; [None] when there is none. *)

val compatible : t -> string list
(** What it says it is, the most specific first; [[]] when it does not say, or not in words. *)

val is_compatible : t -> string -> bool

type status =
  | Okay  (** [okay], [ok], or no word *)
  | Disabled
  | Reserved  (** in use by someone else, such as the firmware *)
  | Failed of string  (** any other word *)

val status : t -> status

val is_enabled : t -> bool
(** Whether it and all nodes above it are [Okay]. *)

val address_cells : t -> (int, Error.t) result
(** The cells of an address in its children's [reg]: 0 to 4, 2 when it does not say. *)

val size_cells : t -> (int, Error.t) result
(** The cells of a size there: 0 to 4, 1 when it does not say. *)
