open Picos

exception Terminate
exception Errors of (exn * Printexc.raw_backtrace) list

let () =
  Printexc.register_printer (function
    | Errors errors ->
        let names = List.map (fun (exn, _) -> Printexc.to_string exn) errors in
        Some (Printf.sprintf "Errors [%s]" (String.concat "; " names))
    | _ -> None)

let raise_if_canceled () = Fiber.check (Fiber.current ())
let yield = Fiber.yield
let sleep = Fiber.sleep
let protect thunk = Fiber.forbid (Fiber.current ()) thunk
let terminate_unless holds = if not holds then raise Terminate

let block () =
  if Fiber.has_forbidden (Fiber.current ()) then
    invalid_arg "Control.block: cancelation is forbidden";
  match Trigger.await (Trigger.create ()) with
  | Some (exn, bt) -> Printexc.raise_with_backtrace exn bt
  | None -> raise (Sys_error "Control.block: the fiber's computation has returned")

let terminate_after ?(callstack = 0) ~seconds thunk =
  let inner = Computation.create ~mode:`LIFO () in
  let bt = Printexc.get_callstack callstack in
  let scope = Scope.enter (Fiber.current ()) (Packed inner) in
  let leave () =
    Computation.finish inner;
    Scope.leave scope;
    Scope.detach scope
  in
  match
    Computation.cancel_after inner ~seconds Terminate bt;
    thunk ()
  with
  | value ->
      leave ();
      value
  | exception exn ->
      let bt = Printexc.get_raw_backtrace () in
      leave ();
      Printexc.raise_with_backtrace exn bt
