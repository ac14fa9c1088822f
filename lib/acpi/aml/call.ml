open Object
open Context

let nr_locals = 8
let nr_arguments = 7

let slots n ~is_argument values =
  let slots = Array.init n (fun _ -> { contents = Uninitialized; is_argument }) in
  List.iteri (fun i value -> if i < n then slots.(i).contents <- value) values;
  slots

let frame_of method_ arguments =
  {
    method_;
    locals = slots nr_locals ~is_argument:false [];
    arguments = slots nr_arguments ~is_argument:true arguments;
    made = [];
  }

let frame_size = 512

let run_code machine ~term node cursor arguments =
  Budget.take machine.budget frame_size;
  let frame = frame_of node arguments in
  let finally () = List.iter Namespace.remove frame.made in
  Fun.protect ~finally (fun () ->
      match Statements.run { machine; cursor; scope = node; frame = Some frame; term } with
      | Returned value -> Some value
      | Value _ | Done | Broke | Continued -> None)

let run machine ~term node arguments =
  match content node with
  | Method { body = Native f; _ } -> Some (f arguments)
  | Method { body = Code { table; bytes; start; stop }; _ } ->
      let cursor = Cursor.create ~table bytes ~start ~stop in
      Budget.nested machine.budget (fun () ->
          run_code machine ~term (real node) cursor arguments)
  | _ -> invalid_arg "Aml.Call.run: no method"

(* From the first to the last, as they stand in the code. *)
let rec read_arguments ctx n =
  if n = 0 then []
  else
    let argument = Operand.value ctx in
    argument :: read_arguments ctx (n - 1)

let term ctx node =
  let arity = match content node with Method { arity; _ } -> arity | _ -> 0 in
  let arguments = read_arguments ctx arity in
  match run ctx.machine ~term:ctx.term node arguments with
  | Some value -> Value value
  | None -> Done
