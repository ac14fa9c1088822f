open Object
open Context

let value ctx =
  let location = ctx.machine.location in
  match ctx.term ctx with
  | Value value ->
      ctx.machine.location <- location;
      value
  | Done | Broke | Continued | Returned _ -> Error.fail (Uninitialized "an operand")

let data ctx = Reference.data ctx.machine (value ctx)
let integer ctx = Convert.to_integer ctx.machine (data ctx)
let size ctx = Integer.to_size (integer ctx)
let debug = 0x5b31
let null = 0x00
let ref_of = 0x71
let deref_of = 0x83
let index = 0x88
let local0 = 0x60
let arg0 = 0x68
let is_slot opcode = opcode >= local0 && opcode < arg0 + 7

let slot ctx opcode =
  match ctx.frame with
  | None -> Error.fail (Bad_opcode opcode)
  | Some frame ->
      if opcode < arg0 then frame.locals.(opcode - local0) else frame.arguments.(opcode - arg0)

let as_reference = function
  | Reference reference -> reference
  | Named node -> To_node node
  | other -> wrong_type ~wanted:"a reference" other

let rec reference ctx =
  match Cursor.peek_opcode ctx.cursor with
  | Some opcode when is_slot opcode ->
      ignore (Cursor.opcode ctx.cursor : int);
      To_slot (slot ctx opcode)
  | Some opcode when opcode = deref_of -> dereferenced ctx
  | Some opcode when opcode = ref_of || opcode = index -> as_reference (value ctx)
  | Some opcode when Cursor.starts_name opcode -> named ctx
  | Some opcode -> Error.fail (Bad_opcode opcode)
  | None -> Error.fail (Truncated { wanted = 1 })

(* What stands behind DerefOf takes the value, not a copy of what is read there. *)
and dereferenced ctx =
  ignore (Cursor.opcode ctx.cursor : int);
  match value ctx with
  | String _ as name -> as_reference (Reference.deref_of ctx.machine ctx.scope name)
  | other -> as_reference other

and named ctx =
  let at = Cursor.position ctx.cursor in
  let node = Reference.lookup ctx.scope (Cursor.name ctx.cursor) in
  match node.content with
  | Method _ ->
      Cursor.seek ctx.cursor at;
      as_reference (value ctx)
  | _ -> To_node node

let is_debug ctx =
  Cursor.peek_opcode ctx.cursor = Some debug
  && (ignore (Cursor.opcode ctx.cursor : int);
      true)

let target ctx =
  if Cursor.peek ctx.cursor = null then (
    ignore (Cursor.u8 ctx.cursor : int);
    Store.Nowhere)
  else if is_debug ctx then Into_debug
  else Into (reference ctx)

let simple ctx =
  if is_debug ctx then Store.Into_debug
  else if Cursor.starts_name (Cursor.peek ctx.cursor) then
    Into (To_node (Reference.lookup ctx.scope (Cursor.name ctx.cursor)))
  else Into (reference ctx)

(* A reference in a local or an argument is followed once. *)
let measured ctx =
  let machine = ctx.machine in
  let follow = function Reference r -> Reference.dereference machine r | other -> other in
  let at = Cursor.position ctx.cursor in
  if Cursor.starts_name (Cursor.peek ctx.cursor) then
    match (Reference.lookup ctx.scope (Cursor.name ctx.cursor)).content with
    | Method _ ->
        Cursor.seek ctx.cursor at;
        follow (value ctx)
    | _ ->
        Cursor.seek ctx.cursor at;
        follow (Reference.dereference machine (reference ctx))
  else follow (Reference.dereference machine (reference ctx))

let node ctx =
  let rec go ~depth = function
    | To_node node -> (
        match node.content with
        | Data (Reference inner) when depth > 0 -> go ~depth:(depth - 1) inner
        | _ -> real node)
    | To_slot { contents = Reference inner; _ } when depth > 0 -> go ~depth:(depth - 1) inner
    | To_slot { contents = Named node; _ } -> real node
    | To_element (elements, n) -> (
        match Reference.resolve_element ctx.machine elements.(n) with
        | Named node -> real node
        | other -> wrong_type ~wanted:"a named object" other)
    | To_slot { contents; _ } -> wrong_type ~wanted:"a named object" contents
    | To_byte _ -> Error.fail (Wrong_type { wanted = "a named object"; found = "a byte" })
  in
  go ~depth:4 (reference ctx)
