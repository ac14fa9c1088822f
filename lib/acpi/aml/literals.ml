open Object
open Context

let integer ctx n = Value (Context.integer ctx.machine n)
let constant n ctx = integer ctx n
let number read ctx = integer ctx (Int64.of_int (read ctx.cursor))
let string ctx = Value (Context.string ctx.machine (Cursor.string ctx.cursor))

(* The size counts; what stands there fills it from the beginning. *)
let buffer ctx =
  let inner = within ctx (Cursor.package ctx.cursor) in
  let size = Operand.size inner in
  let initial = Cursor.rest inner.cursor in
  let size = max size (String.length initial) in
  Budget.take ctx.machine.budget size;
  let bytes = Bytes.make size '\000' in
  Bytes.blit_string initial 0 bytes 0 (String.length initial);
  Value (Buffer { bytes })

let element ctx =
  if Cursor.starts_name (Cursor.peek ctx.cursor) then
    Unresolved { name = Cursor.name ctx.cursor; scope = ctx.scope }
  else Operand.value ctx

(* Elements that are not written down are empty; those beyond the size are passed over. *)
let package size_of ctx =
  let inner = within ctx (Cursor.package ctx.cursor) in
  match Context.package ctx.machine (size_of inner) with
  | Package elements as package ->
      let rec go n =
        if n < Array.length elements && not (Cursor.at_end inner.cursor) then (
          elements.(n) <- element inner;
          go (n + 1))
      in
      go 0;
      Value package
  | _ -> assert false

let terms =
  [
    (0x00, constant 0L);
    (0x01, constant 1L);
    (0xff, constant (-1L));
    (0x0a, number Cursor.u8);
    (0x0b, number Cursor.u16);
    (0x0c, number Cursor.u32);
    (0x0e, fun ctx -> integer ctx (Cursor.u64 ctx.cursor));
    (0x0d, string);
    (0x11, buffer);
    (0x12, package (fun ctx -> Cursor.u8 ctx.cursor));
    (0x13, package Operand.size);
    (* Revision: of the language, as \_REV. *)
    (0x5b30, constant 2L);
  ]
