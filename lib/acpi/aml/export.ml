open Object

let element_size = 16

let rec value machine object_ =
  Budget.take machine.Context.budget element_size;
  match object_ with
  | Uninitialized | Debug -> Value.Uninitialized
  | Integer n -> Integer n
  | String { bytes } -> String (Bytes.to_string bytes)
  | Buffer { bytes } -> Buffer (Bytes.to_string bytes)
  | Named node -> Reference (path node)
  | Reference (To_node node) -> of_node machine node
  | Reference reference ->
      let referred () = value machine (Reference.dereference machine reference) in
      Budget.nested machine.budget referred
  | Package elements ->
      let all () = Value.Package (List.map (value machine) (Array.to_list elements)) in
      Budget.nested machine.budget all
  | Unresolved { name; scope } -> named machine scope name

and of_node machine node =
  Budget.nested machine.Context.budget (fun () -> value machine (Reference.of_node machine node))

and named machine scope name =
  match Namespace.find scope name with
  | None -> Unresolved (Path.name_to_string name)
  | Some node -> of_node machine node

let rec import machine : Value.t -> Object.t = function
  | Uninitialized | Unresolved _ -> Uninitialized
  | Integer n -> Context.integer machine n
  | String s -> Context.string machine s
  | Buffer s -> Context.buffer machine (Bytes.of_string s)
  | Package elements -> Package (Array.of_list (List.map (import machine) elements))
  | Reference path -> (
      match Namespace.find_path machine.root path with
      | Some node -> Named node
      | None -> Uninitialized)
