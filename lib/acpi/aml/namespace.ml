open Object

let rec root node = match node.parent with None -> node | Some parent -> root parent
let child node segment = Segments.find_opt segment (real node).children

let rec descend node = function
  | [] -> Some node
  | segment :: rest -> Option.bind (child node segment) (fun node -> descend node rest)

let rec ascend node n =
  if n = 0 then Some node else Option.bind node.parent (fun parent -> ascend parent (n - 1))

let rec search node segment =
  match (child node segment, node.parent) with
  | Some found, _ -> Some found
  | None, Some parent -> search parent segment
  | None, None -> None

let find_path node path = descend (root node) path

let find scope (name : Path.name) =
  match name with
  | { from_root = true; segments; _ } -> find_path scope segments
  | { nr_parents = 0; segments = [ segment ]; _ } -> search scope segment
  | { nr_parents; segments; _ } ->
      Option.bind (ascend scope nr_parents) (fun node -> descend node segments)

let add parent segment content =
  let parent = real parent in
  if Segments.mem segment parent.children then
    Error.fail (Exists (Path.to_string (path parent @ [ segment ])));
  let node = { segment; parent = Some parent; children = Segments.empty; content } in
  parent.children <- Segments.add segment node parent.children;
  node

(* The name of what should hold the new one is exact, even when it is a lone segment. *)
let define scope (name : Path.name) content =
  match List.rev name.segments with
  | [] -> Error.fail Bad_name
  | segment :: above -> (
      let start = if name.from_root then Some (root scope) else ascend scope name.nr_parents in
      match Option.bind start (fun node -> descend node (List.rev above)) with
      | None -> Error.fail (Not_found (Path.name_to_string name))
      | Some parent -> add parent segment content)

let remove node =
  match node.parent with
  | None -> ()
  | Some parent -> parent.children <- Segments.remove node.segment parent.children

let children node = List.map snd (Segments.bindings (real node).children)

let create ~native =
  let root = { segment = "\\"; parent = None; children = Segments.empty; content = Scope } in
  let put (segment, content) = ignore (add root segment content : node) in
  List.iter (fun segment -> put (segment, Scope)) [ "_GPE"; "_PR_"; "_SI_" ];
  List.iter put
    [
      ("_SB_", Device);
      ("_TZ_", Device);
      ("_GL_", Mutex { held = 0 });
      ("_OS_", Data (String (text_of_string "Microsoft Windows NT")));
      ("_REV", Data (Integer 2L));
    ];
  List.iter (fun (segment, method_) -> put (segment, Method method_)) native;
  root
