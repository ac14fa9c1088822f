module Segments = Map.Make (String)

type text = { mutable bytes : Bytes.t }

type t =
  | Uninitialized
  | Integer of int64
  | String of text
  | Buffer of text
  | Package of t array
  | Reference of reference
  | Named of node
  | Unresolved of { name : Path.name; scope : node }
  | Debug

and reference =
  | To_slot of slot
  | To_node of node
  | To_byte of text * int
  | To_element of t array * int

and slot = { mutable contents : t; is_argument : bool }

and node = {
  segment : string;
  parent : node option;
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
  | Alias of node

and buffer_field = {
  buffer : text;
  first_bit : int;
  nr_bits : int;
  is_buffer : bool;
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
  access_bytes : int;
  update : update;
}

and update = Preserve | Write_ones | Write_zeros

and backing =
  | Of_region of region
  | Indexed of { index : field; data : field }
  | Banked of { region : region; bank : field; value : int64 }

let text_of_string s = { bytes = Bytes.of_string s }
let real node = match node.content with Alias target -> target | _ -> node
let content node = (real node).content

let path node =
  let rec go node path =
    match node.parent with None -> path | Some parent -> go parent (node.segment :: path)
  in
  go node []

(* References may go round in circles. *)
let nr_references_max = 16

let rec code_of ~depth = function
  | Uninitialized | Unresolved _ -> 0
  | Integer _ -> 1
  | String _ -> 2
  | Buffer _ -> 3
  | Package _ -> 4
  | Named node -> node_code ~depth node
  | Reference reference -> if depth = 0 then 0 else reference_code ~depth:(depth - 1) reference
  | Debug -> 16

and reference_code ~depth = function
  | To_slot slot -> code_of ~depth slot.contents
  | To_node node -> node_code ~depth node
  | To_byte _ -> 14
  | To_element (elements, n) -> code_of ~depth elements.(n)

and node_code ~depth node =
  match content node with
  | Scope | Alias _ -> 0
  | Data data -> code_of ~depth data
  | Field _ -> 5
  | Device -> 6
  | Event _ -> 7
  | Method _ -> 8
  | Mutex _ -> 9
  | Region _ -> 10
  | Power_resource _ -> 11
  | Processor _ -> 12
  | Thermal_zone -> 13
  | Buffer_field _ -> 14

let type_code = code_of ~depth:nr_references_max

let type_names =
  [|
    "nothing"; "an integer"; "a string"; "a buffer"; "a package"; "a field"; "a device"; "an event";
    "a method"; "a mutex"; "a region"; "a power resource"; "a processor"; "a thermal zone";
    "a buffer's field"; "a handle"; "the debug object";
  |]

let type_name = function
  | Reference _ -> "a reference"
  | Unresolved { name; _ } -> "the name " ^ Path.name_to_string name
  | t -> type_names.(type_code t)
