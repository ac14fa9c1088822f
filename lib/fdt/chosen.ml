type console = { node : Node.t; options : string }

let ( let* ) = Result.bind
let chosen t = Tree.find t "/chosen"

let optional t name read =
  match chosen t with None -> Ok None | Some node -> Node.optional node name read

let command_line t = optional t "bootargs" Property.string

(* The path ends at a colon, which no alias and no name of a node before it has. *)
let console_of t (property : Property.t) =
  let* text = Property.string property in
  let path, options =
    match String.index_opt text ':' with
    | None -> (text, "")
    | Some at -> (String.sub text 0 at, String.sub text (at + 1) (String.length text - at - 1))
  in
  let* node = Tree.required t path ~offset:property.offset in
  Ok { node; options }

let console t =
  let* console = optional t "stdout-path" (console_of t) in
  if Option.is_none console then optional t "linux,stdout-path" (console_of t) else Ok console

let initrd t =
  let* first = optional t "linux,initrd-start" Property.number in
  let* last = optional t "linux,initrd-end" Property.number in
  match (chosen t, first, last) with
  | Some node, Some base, Some stop when base > stop ->
      let what = "linux,initrd-end" in
      Error.fail ~offset:(Node.offset node) (Bad_value { what; value = stop })
  | _, Some base, Some stop -> Ok (Some { Region.base; size = stop - base })
  | _ -> Ok None

let seed t =
  let value node = Option.map (fun (p : Property.t) -> p.value) (Node.find node "rng-seed") in
  Option.bind (chosen t) value
