open Object
open Context

(* One that was never stored to is zero: the standard has no word for it,
  and firmware lives by it. *)
let slot opcode ctx =
  match (Operand.slot ctx opcode).contents with
  | Uninitialized -> Value (Integer 0L)
  | value -> Value value

let store put ctx =
  let value = Operand.value ctx in
  let target = Operand.target ctx in
  put ctx.machine value target;
  Value value

(* ---- references ---- *)

let ref_of ctx =
  match Operand.simple ctx with
  | Into reference -> Value (Reference reference)
  | Into_debug -> Value Debug
  | Nowhere -> assert false

(* A name that nothing has is no error here. *)
let cond_ref_of ctx =
  let at = Cursor.position ctx.cursor in
  let is_missing =
    Cursor.starts_name (Cursor.peek ctx.cursor)
    && Namespace.find ctx.scope (Cursor.name ctx.cursor) = None
  in
  if is_missing then (
    ignore (Operand.target ctx : Store.target);
    Value (boolean ctx.machine false))
  else (
    Cursor.seek ctx.cursor at;
    let found = Operand.simple ctx in
    let target = Operand.target ctx in
    (match found with
    | Into reference -> Store.store ctx.machine (Reference reference) target
    | Nowhere | Into_debug -> ());
    Value (boolean ctx.machine true))

let deref_of ctx =
  let operand = Operand.value ctx in
  Value (Reference.deref_of ctx.machine ctx.scope operand)

let index ctx =
  let source = Operand.data ctx in
  let n = Operand.integer ctx in
  let target = Operand.target ctx in
  let reference =
    match source with
    | Package elements -> To_element (elements, Integer.to_index n ~size:(Array.length elements))
    | String text | Buffer text ->
        To_byte (text, Integer.to_index n ~size:(Bytes.length text.bytes))
    | other -> wrong_type ~wanted:"a package, a buffer or a string" other
  in
  Store.store ctx.machine (Reference reference) target;
  Value (Reference reference)

(* ---- what an object is ---- *)

let size_of ctx =
  let size =
    match Operand.measured ctx with
    | String { bytes } | Buffer { bytes } -> Bytes.length bytes
    | Package elements -> Array.length elements
    | other -> wrong_type ~wanted:"a package, a buffer or a string" other
  in
  Value (integer ctx.machine (Int64.of_int size))

let object_type ctx =
  let code =
    match Operand.simple ctx with
    | Into reference -> type_code (Reference reference)
    | Into_debug -> type_code Debug
    | Nowhere -> 0
  in
  Value (integer ctx.machine (Int64.of_int code))

let match_ ctx =
  let machine = ctx.machine in
  let package = Operand.data ctx in
  let first = Cursor.u8 ctx.cursor in
  let a = Operand.data ctx in
  let second = Cursor.u8 ctx.cursor in
  let b = Operand.data ctx in
  let start = Operand.integer ctx in
  let matches element =
    let element = Reference.resolve_element machine element in
    Budget.step machine.budget;
    Compare.matches machine ~operator:first element a
    && Compare.matches machine ~operator:second element b
  in
  match package with
  | Package elements ->
      let size = Array.length elements in
      let rec go n = if n >= size then -1 else if matches elements.(n) then n else go (n + 1) in
      let start = if Int64.unsigned_compare start
        (Int64.of_int size) > 0 then size else Int64.to_int start in
      Value (integer machine (Int64.of_int (go start)))
  | other -> wrong_type ~wanted:"a package" other

(* ---- mutexes and events: nobody else runs, so nothing is waited for ---- *)

let mutex ctx =
  let node = Operand.node ctx in
  match node.content with
  | Mutex mutex -> (node, mutex.held, fun held -> mutex.held <- held)
  | _ -> wrong_type ~wanted:"a mutex" (Named node)

let acquire ctx =
  let _, held, set = mutex ctx in
  ignore (Cursor.u16 ctx.cursor : int);
  set (held + 1);
  Value (boolean ctx.machine false)

let release ctx =
  let node, held, set = mutex ctx in
  if held = 0 then Error.fail (Not_acquired (Path.to_string (path node)));
  set (held - 1);
  Done

let event ctx =
  let node = Operand.node ctx in
  match node.content with
  | Event event -> (event.signals, fun signals -> event.signals <- signals)
  | _ -> wrong_type ~wanted:"an event" (Named node)

let signal ctx =
  let signals, set = event ctx in
  set (signals + 1);
  Done

let reset ctx =
  let _, set = event ctx in
  set 0;
  Done

(* Without a signal the time has run out, whatever it was. *)
let wait ctx =
  let signals, set = event ctx in
  ignore (Operand.integer ctx : int64);
  if signals > 0 then set (signals - 1);
  Value (boolean ctx.machine (signals = 0))

let timer ctx = Value (integer ctx.machine (ctx.machine.handlers.timer ()))
let unsupported what _ = Error.fail (Unsupported what)
let local0 = 0x60
let arg0 = 0x68

let terms =
  List.init 8 (fun n -> (local0 + n, slot (local0 + n)))
  @ List.init 7 (fun n -> (arg0 + n, slot (arg0 + n)))
  @ [
      (0x70, store Store.store);
      (0x9d, store Store.copy_object);
      (0x71, ref_of);
      (0x83, deref_of);
      (0x88, index);
      (0x5b12, cond_ref_of);
      (0x87, size_of);
      (0x8e, object_type);
      (0x89, match_);
      (0x5b23, acquire);
      (0x5b27, release);
      (0x5b24, signal);
      (0x5b25, wait);
      (0x5b26, reset);
      (0x5b33, timer);
      (0x5b31, fun _ -> Value Debug);
      (0x5b1f, unsupported "LoadTable");
      (0x5b20, unsupported "Load");
      (0x5b2a, unsupported "Unload");
    ]
