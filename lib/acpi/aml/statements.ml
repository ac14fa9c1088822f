open Context

let rec run ctx =
  if Cursor.at_end ctx.cursor then Done
  else
    match ctx.term ctx with
    | Value _ | Done -> run ctx
    | (Broke | Continued | Returned _) as outcome -> outcome

let else_opcode = 0xa1

(* The part behind Else, when there is one. *)
let else_part ctx =
  if Cursor.peek_opcode ctx.cursor = Some else_opcode then (
    ignore (Cursor.opcode ctx.cursor : int);
    Some (Cursor.package ctx.cursor))
  else None

let if_ ctx =
  let inner = within ctx (Cursor.package ctx.cursor) in
  let holds = Operand.integer inner <> 0L in
  match (holds, else_part ctx) with
  | true, _ -> run inner
  | false, Some otherwise -> run (within ctx otherwise)
  | false, None -> Done

let while_ ctx =
  let inner = within ctx (Cursor.package ctx.cursor) in
  let start = Cursor.position inner.cursor in
  let rec go () =
    Budget.step ctx.machine.budget;
    Cursor.seek inner.cursor start;
    if Operand.integer inner = 0L then Done
    else
      match run inner with
      | Value _ | Done | Continued -> go ()
      | Broke -> Done
      | Returned _ as outcome -> outcome
  in
  go ()

let return ctx = Returned (Operand.value ctx)

let notify ctx =
  let node = Operand.node ctx in
  let value = Operand.integer ctx in
  (match node.content with
  | Device | Processor _ | Thermal_zone -> ()
  | _ -> wrong_type ~wanted:"a device" (Named node));
  ctx.machine.handlers.notify (Object.path node) (Integer.to_size value);
  Done

(* Longer stalls are sleeps. *)
let stall_max = 1000

let stall ctx =
  let time = Operand.size ctx in
  let { Handlers.stall; sleep; _ } = ctx.machine.handlers in
  if time <= stall_max then stall time else sleep ((time + 999) / 1000);
  Done

let sleep ctx =
  ctx.machine.handlers.sleep (Operand.size ctx);
  Done

let fatal ctx =
  let kind = Cursor.u8 ctx.cursor in
  let code = Int64.of_int (Cursor.u32 ctx.cursor) in
  let argument = Operand.integer ctx in
  Error.fail (Fatal { kind; code; argument })

let stray_else ctx = ignore (Cursor.package ctx.cursor : Cursor.t); Done

let terms =
  [
    (0xa0, if_);
    (else_opcode, stray_else);
    (0xa2, while_);
    (0xa3, fun _ -> Done);
    (0xa4, return);
    (0xa5, fun _ -> Broke);
    (0x9f, fun _ -> Continued);
    (0xcc, fun _ -> Done);
    (0x86, notify);
    (0x5b21, stall);
    (0x5b22, sleep);
    (0x5b32, fatal);
  ]
