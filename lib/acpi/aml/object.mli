(** The objects that AML works with, and the namespace's nodes that hold them.

    Strings, buffers and packages are shared between whoever refers to them; a store makes a copy
    (ACPI 6.5, section 19.3.5). *)

module Segments : Map.S with type key = string

type text = { mutable bytes : Bytes.t }
(** A string's or a buffer's contents. *)

type t =
  | Uninitialized
  | Integer of int64
  | String of text
  | Buffer of text
  | Package of t array
  | Reference of reference
  | Named of node  (** an object that is no data: a device, a mutex, a region, ... *)
  | Unresolved of { name : Path.name; scope : node }
      (** a package's element until it is used: names may be defined after it *)
  | Debug

and reference =
  | To_slot of slot
  | To_node of node
  | To_byte of text * int
  | To_element of t array * int

and slot = { mutable contents : t; is_argument : bool }  (** LocalX or ArgX *)

and node = {
  segment : string;
  parent : node option;  (** none for the root *)
  mutable children : node Segments.t;
  mutable content : content;
}

and content =
  | Scope
  | Data of t
  | Device
  | Processor of { id : int; block : int; block_length : int }
  | Thermal_zone
  | Power_resource of { system_level : int; resource_order : int }
  | Method of method_
  | Region of region
  | Field of field
  | Buffer_field of buffer_field
  | Mutex of { mutable held : int }
  | Event of { mutable signals : int }
  | Alias of node  (** never of an alias *)

and buffer_field = {
  buffer : text;
  first_bit : int;
  nr_bits : int;
  is_buffer : bool;  (** its value is a buffer, however short: CreateField *)
}

and method_ = { arity : int; body : body }

and body =
  | Code of { table : string; bytes : string; start : int; stop : int }
  | Native of (t list -> t)

and region = { owner : node; space : Acpi.Address_space.t; offset : int; length : int }

and field = {
  backing : backing;
  bit_offset : int;
  bit_length : int;
  access_bytes : int;  (** 1, 2, 4 or 8; 0: the space takes whole buffers alone *)
  update : update;
}

and update = Preserve | Write_ones | Write_zeros

and backing =
  | Of_region of region
  | Indexed of { index : field; data : field }
  | Banked of { region : region; bank : field; value : int64 }

val text_of_string : string -> text

val content : node -> content
(** Behind an alias. *)

val real : node -> node
(** The node itself, or what it is an alias of. *)

val path : node -> Path.t

val type_code : t -> int
(** As ObjectType gives it (ACPI 6.5, table 19.33); of a node, its content's. *)

val type_name : t -> string
(** For messages. *)
