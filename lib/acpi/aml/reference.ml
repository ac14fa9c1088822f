open Object

let lookup scope name =
  match Namespace.find scope name with
  | Some node -> real node
  | None -> Error.fail (Not_found (Path.name_to_string name))

let of_node machine node =
  match content node with
  | Data data -> data
  | Field field -> Field.read machine field
  | Buffer_field field -> Field.read_buffer_field machine field
  | _ -> Named (real node)

let resolve_element machine = function
  | Unresolved { name; scope } -> of_node machine (lookup scope name)
  | other -> other

let byte text n =
  if n >= Bytes.length text.bytes then
    Error.fail (Out_of_range { index = Int64.of_int n; size = Bytes.length text.bytes });
  Integer (Int64.of_int (Bytes.get_uint8 text.bytes n))

let dereference machine = function
  | To_slot slot -> slot.contents
  | To_node node -> of_node machine node
  | To_byte (text, n) -> byte text n
  | To_element (elements, n) -> (
      match resolve_element machine elements.(n) with
      | Uninitialized -> Error.fail (Uninitialized "the package's element")
      | value -> value)

let data machine = function
  | Reference ((To_byte _ | To_element _) as reference) -> dereference machine reference
  | other -> other

let deref_of machine scope = function
  | Reference reference -> dereference machine reference
  | String { bytes } -> (
      let text = Bytes.to_string bytes in
      match Path.of_name text with
      | Some name -> of_node machine (lookup scope name)
      | None -> Error.fail (Not_found (String.escaped (String.sub text 0
        (min 16 (String.length text))))))
  | Named node -> Named node
  | other -> Context.wrong_type ~wanted:"a reference" other
