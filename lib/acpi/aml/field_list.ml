open Object
open Context

(* What the fields that follow have in common, and where the next one begins. *)
type state = { access_bytes : int; bit : int; found : (Path.name * field) list }

let access_bytes flags =
  match flags land 0xf with
  | 0 | 1 -> 1
  | 2 -> 2
  | 3 -> 4
  | 4 -> 8
  | 5 -> 0
  | n -> Error.fail (Bad_value { what = "an access type"; value = Int64.of_int n })

let update flags =
  match (flags lsr 5) land 3 with
  | 0 -> Preserve
  | 1 -> Write_ones
  | 2 -> Write_zeros
  | n -> Error.fail (Bad_value { what = "an update rule"; value = Int64.of_int n })

let reserved = 0x00
let access = 0x01
let connect = 0x02
let extended_access = 0x03

(* The access of what follows; its attributes are for buses that we do not have. *)
let read_access cursor state ~nr_attributes =
  let access_bytes = access_bytes (Cursor.u8 cursor) in
  for _ = 1 to nr_attributes do
    ignore (Cursor.u8 cursor : int)
  done;
  { state with access_bytes }

(* The connection of a GPIO or serial bus field: passed over. *)
let read_connection ctx =
  if Cursor.starts_name (Cursor.peek ctx.cursor) then ignore (Cursor.name ctx.cursor : Path.name)
  else ignore (Operand.value ctx : Object.t)

let read_named cursor state ~backing ~update =
  let segment = Cursor.segment cursor in
  let bit_length = Cursor.package_length cursor in
  let name = { Path.from_root = false; nr_parents = 0; segments = [ segment ] } in
  let { access_bytes; bit = bit_offset; found } = state in
  let field = { backing; bit_offset; bit_length; access_bytes; update } in
  { state with bit = bit_offset + bit_length; found = (name, field) :: found }

let read_entry ctx state ~backing ~update =
  let cursor = ctx.cursor in
  let special kind = Cursor.peek cursor = kind && Cursor.u8 cursor = kind in
  Budget.step ctx.machine.budget;
  if special reserved then { state with bit = state.bit + Cursor.package_length cursor }
  else if special access then read_access cursor state ~nr_attributes:1
  else if special extended_access then read_access cursor state ~nr_attributes:2
  else if special connect then (
    read_connection ctx;
    state)
  else read_named cursor state ~backing ~update

let read ctx ~backing =
  let flags = Cursor.u8 ctx.cursor in
  let update = update flags in
  let rec go state =
    if Cursor.at_end ctx.cursor then List.rev state.found
    else go (read_entry ctx state ~backing ~update)
  in
  go { access_bytes = access_bytes flags; bit = 0; found = [] }
