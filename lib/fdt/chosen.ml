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
  let* base = optional t "linux,initrd-start" Property.number in
  let size_to base (property : Property.t) =
    let* stop = Property.number property in
    if stop >= base then Ok (stop - base)
    else Error.fail ~offset:property.offset (Bad_value { what = property.name; value = stop })
  in
  match base with
  | None -> Ok None
  | Some base ->
      let* size = optional t "linux,initrd-end" (size_to base) in
      Ok (Option.map (fun size -> { Region.base; size }) size)

let seed t =
  let value node = Option.map (fun (p : Property.t) -> p.value) (Node.find node "rng-seed") in
  Option.bind (chosen t) value
