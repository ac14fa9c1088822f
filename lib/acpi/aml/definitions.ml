open Object
open Context

let record machine problem = machine.errors <- error_of machine problem :: machine.errors

(* A definition as [Some node]; [None] when the name is taken and that is no reason to stop. *)
let define ctx name content =
  match Namespace.define ctx.scope name content with
  | node ->
      Budget.take ctx.machine.budget 128;
      Option.iter (fun frame -> frame.made <- node :: frame.made) ctx.frame;
      Some node
  | exception Error.Fault (Exists _ as problem) when ctx.frame = None ->
      record ctx.machine problem;
      None

let define_only ctx name content =
  ignore (define ctx name content : node option);
  Done

(* The terms of a body that is on its own: while loading, an error ends it alone. What the whole
   table has no budget for ends all. *)
let run_body ctx =
  if ctx.frame <> None then Statements.run ctx
  else
    match Statements.run ctx with
    | outcome -> outcome
    | exception Error.Fault problem when problem <> Exhausted Steps
      && problem <> Exhausted Memory ->
        record ctx.machine problem;
        Done

let body ctx cursor node = run_body { ctx with cursor; scope = real node }

let load ctx =
  match run_body ctx with
  | _ -> ()
  | exception Error.Fault problem -> record ctx.machine problem

let scope ctx =
  let inner = Cursor.package ctx.cursor in
  body ctx inner (Reference.lookup ctx.scope (Cursor.name inner))

(* Name, then what [content] reads, then a body. *)
let container content ctx =
  let inner = Cursor.package ctx.cursor in
  let name = Cursor.name inner in
  let content = content inner in
  match define ctx name content with None -> Done | Some node -> body ctx inner node

let processor cursor =
  let id = Cursor.u8 cursor in
  let block = Cursor.u32 cursor in
  Processor { id; block; block_length = Cursor.u8 cursor }

let power_resource cursor =
  let system_level = Cursor.u8 cursor in
  Power_resource { system_level; resource_order = Cursor.u16 cursor }

let name ctx =
  let name = Cursor.name ctx.cursor in
  let value = Operand.value ctx in
  define_only ctx name (Data value)

let alias ctx =
  let source = Reference.lookup ctx.scope (Cursor.name ctx.cursor) in
  define_only ctx (Cursor.name ctx.cursor) (Alias source)

let method_ ctx =
  let inner = Cursor.package ctx.cursor in
  let name = Cursor.name inner in
  let flags = Cursor.u8 inner in
  let start = Cursor.position inner and stop = Cursor.stop inner in
  let code = Code { table = Cursor.table inner; bytes = Cursor.bytes inner; start; stop } in
  define_only ctx name (Method { arity = flags land 7; body = code })

let external_ ctx =
  ignore (Cursor.name ctx.cursor : Path.name);
  ignore (Cursor.u16 ctx.cursor : int);
  Done

let mutex ctx =
  let name = Cursor.name ctx.cursor in
  ignore (Cursor.u8 ctx.cursor : int);
  define_only ctx name (Mutex { held = 0 })

let event ctx = define_only ctx (Cursor.name ctx.cursor) (Event { signals = 0 })

(* ---- regions and fields ---- *)

let address n =
  if Int64.shift_right_logical n 62 <> 0L then
    Error.fail (Bad_value { what = "an address or a length"; value = n });
  Int64.to_int n

(* A region is its parent's, which need not be the scope that the definition stands in. *)
let define_region ctx name ~space ~offset ~length =
  let settle node =
    let owner = Option.value node.parent ~default:node in
    node.content <- Region { owner; space; offset; length }
  in
  Option.iter settle (define ctx name Scope);
  Done

let region ctx =
  let name = Cursor.name ctx.cursor in
  let space = Acpi.Address_space.of_int (Cursor.u8 ctx.cursor) in
  let offset = address (Operand.integer ctx) in
  let length = address (Operand.integer ctx) in
  define_region ctx name ~space ~offset ~length

(* A region over another table's bytes: there, but nothing can be read in it. *)
let table_region ctx =
  let name = Cursor.name ctx.cursor in
  for _ = 1 to 3 do
    ignore (Operand.value ctx : Object.t)
  done;
  define_region ctx name ~space:(Other 0x7e) ~offset:0 ~length:0

let region_of node =
  match content node with
  | Region region -> region
  | _ -> wrong_type ~wanted:"a region" (Named node)

let field_of node =
  match content node with
  | Field field -> field
  | _ -> wrong_type ~wanted:"a field" (Named node)

let look ctx cursor = Reference.lookup ctx.scope (Cursor.name cursor)
let define_field ctx (name, field) = ignore (define ctx name (Field field) : node option)

let fields backing_of ctx =
  let inner = Cursor.package ctx.cursor in
  let backing = backing_of ctx inner in
  List.iter (define_field ctx) (Field_list.read (within ctx inner) ~backing);
  Done

let of_region ctx cursor = Of_region (region_of (look ctx cursor))

let indexed ctx cursor =
  let index = field_of (look ctx cursor) in
  Indexed { index; data = field_of (look ctx cursor) }

let banked ctx cursor =
  let region = region_of (look ctx cursor) in
  let bank = field_of (look ctx cursor) in
  Banked { region; bank; value = Operand.integer (within ctx cursor) }

(* A field of a buffer: how many bits from which one on, [unit] bits being what it counts in. *)
let buffer_field ?(is_buffer = false) ~unit length_of ctx =
  let source = Operand.data ctx in
  let first_bit = Operand.size ctx * unit in
  let nr_bits = length_of ctx in
  let name = Cursor.name ctx.cursor in
  match source with
  | Buffer buffer ->
      let size = 8 * Bytes.length buffer.bytes in
      if first_bit + nr_bits > size then
        Error.fail (Out_of_range { index = Int64.of_int (first_bit + nr_bits); size });
      define_only ctx name (Buffer_field { buffer; first_bit; nr_bits; is_buffer })
  | other -> wrong_type ~wanted:"a buffer" other

let bits n _ = n

let terms =
  [
    (0x06, alias);
    (0x08, name);
    (0x10, scope);
    (0x14, method_);
    (0x15, external_);
    (0x5b01, mutex);
    (0x5b02, event);
    (0x5b80, region);
    (0x5b88, table_region);
    (0x5b81, fields of_region);
    (0x5b86, fields indexed);
    (0x5b87, fields banked);
    (0x5b82, container (fun _ -> Device));
    (0x5b83, container processor);
    (0x5b84, container power_resource);
    (0x5b85, container (fun _ -> Thermal_zone));
    (0x8a, buffer_field ~unit:8 (bits 32));
    (0x8b, buffer_field ~unit:8 (bits 16));
    (0x8c, buffer_field ~unit:8 (bits 8));
    (0x8d, buffer_field ~unit:1 (bits 1));
    (0x8f, buffer_field ~unit:8 (bits 64));
    (0x5b13, buffer_field ~is_buffer:true ~unit:1 Operand.size);
  ]
