type block = { start : int; size : int }

(* The reader stands at [at], which only grows, up to [stop]. *)
type t = { contents : Contents.t; strings : block; stop : int; mutable at : int }
type token = Begin_node | End_node | Property | End

let ( let* ) = Result.bind
let max_depth = 64
let max_name = 255

let take t what wanted =
  let offset = t.at and left = t.stop - t.at in
  if wanted > left then Error.fail ~offset (Truncated { what; wanted; left })
  else (
    t.at <- offset + wanted;
    Ok offset)

let align t = t.at <- min t.stop ((t.at + 3) land lnot 3)

(* The next token that is no NOP, and its offset. *)
let rec token t =
  let* offset = take t "a token" 4 in
  match Contents.u32 t.contents offset with
  | 1 -> Ok (Begin_node, offset)
  | 2 -> Ok (End_node, offset)
  | 3 -> Ok (Property, offset)
  | 4 -> token t
  | 9 -> Ok (End, offset)
  | number -> Error.fail ~offset (Bad_token number)

let misplaced offset token where =
  let what =
    match token with
    | Begin_node -> "the start of a node"
    | End_node -> "the end of a node"
    | Property -> "a property"
    | End -> "the end of the tree"
  in
  Error.fail ~offset (Error.Misplaced { what; where })

(* The name from [offset] on; [stop] is the end of its block. *)
let name t what ~offset ~stop =
  match Contents.nul t.contents ~from:offset ~stop:(min stop (offset + max_name + 1)) with
  | None -> Error.fail ~offset (Unterminated what)
  | Some nul ->
      let name = Contents.string t.contents offset (nul - offset) in
      if String.for_all (fun c -> c > ' ' && c <= '~') name then Ok name
      else Error.fail ~offset (Bad_name name)

let node_name t ~is_root =
  let offset = t.at in
  let* name = name t "the name of a node" ~offset ~stop:t.stop in
  t.at <- offset + String.length name + 1;
  align t;
  if (name = "" && not is_root) || String.contains name '/' then
    Error.fail ~offset (Bad_name name)
  else Ok name

let property t =
  let* head = take t "a property" 8 in
  let size = Contents.u32 t.contents head in
  let* offset = take t "the value of a property" size in
  align t;
  let name_offset = Contents.u32 t.contents (head + 4) in
  let wanted = name_offset + 1 and left = t.strings.size in
  if wanted > left then
    Error.fail ~offset:(head + 4) (Truncated { what = "the name of a property"; wanted; left })
  else
    let stop = t.strings.start + t.strings.size in
    let* name =
      name t "the name of a property" ~offset:(t.strings.start + name_offset) ~stop
    in
    if name = "" then Error.fail ~offset:(head + 4) (Bad_name name)
    else Ok { Property.name; value = Contents.string t.contents offset size; offset }

(* Those of one node, and the token behind them. *)
let rec properties t found =
  let* next, offset = token t in
  match next with
  | Property ->
      let* property = property t in
      properties t (property :: found)
  | Begin_node | End_node | End -> Ok (List.rev found, next, offset)

let rec node t ~parent ~depth ~offset =
  let* name = node_name t ~is_root:(Option.is_none parent) in
  if depth > max_depth then Error.fail ~offset (Too_deep max_depth)
  else
    Node.make ~offset ~name ~parent (fun self ->
        let* properties, next, offset = properties t [] in
        let* children = children t self ~depth next offset [] in
        Ok (properties, children))

and children t parent ~depth next offset found =
  match next with
  | Begin_node ->
      let* child = node t ~parent:(Some parent) ~depth:(depth + 1) ~offset in
      let* next, offset = token t in
      children t parent ~depth next offset (child :: found)
  | End_node -> Ok (List.rev found)
  | Property -> misplaced offset next "behind a node within the same node"
  | End -> misplaced offset next "within a node"

let root contents ~structure:{ start; size } ~strings =
  let t = { contents; strings; stop = start + size; at = start } in
  let* first, offset = token t in
  match first with
  | End_node | Property | End -> misplaced offset first "before the root"
  | Begin_node -> (
      let* root = node t ~parent:None ~depth:1 ~offset in
      let* last, offset = token t in
      match last with
      | End -> Ok root
      | Begin_node | End_node | Property -> misplaced offset last "behind the root")
