open Object
open Context

let table : (int, t -> outcome) Hashtbl.t =
  let terms = [ Literals.terms; Operators.terms; Expressions.terms; Statements.terms;
    Definitions.terms ] in
  Hashtbl.of_seq (List.to_seq (List.concat terms))

(* An object by its name: its value, or what its method returns. *)
let named ctx =
  let node = Reference.lookup ctx.scope (Cursor.name ctx.cursor) in
  match node.content with
  | Method _ -> Call.term ctx node
  | _ -> Value (Reference.of_node ctx.machine node)

let run ctx =
  if Cursor.starts_name (Cursor.peek ctx.cursor) then named ctx
  else
    let opcode = Cursor.opcode ctx.cursor in
    match Hashtbl.find_opt table opcode with
    | Some run -> run ctx
    | None -> Error.fail (Bad_opcode opcode)

let term ctx =
  let { machine; cursor; frame; _ } = ctx in
  let method_ = Option.map (fun frame -> frame.method_) frame in
  Budget.step machine.budget;
  machine.location <- (Cursor.table cursor, Cursor.position cursor, method_);
  Budget.nested machine.budget (fun () -> run ctx)
