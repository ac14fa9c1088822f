open Picos

let current : Group.t Fiber.FLS.t = Fiber.FLS.create ()

let get () =
  try Fiber.FLS.get_exn (Fiber.current ()) current
  with Fiber.FLS.Not_set -> invalid_arg "no flock around this fiber"

let enter fiber flock =
  match Fiber.FLS.get_exn fiber current with
  | outer ->
      Fiber.FLS.set fiber current flock;
      fun () -> Fiber.FLS.set fiber current outer
  | exception Fiber.FLS.Not_set ->
      Fiber.FLS.set fiber current flock;
      fun () -> Fiber.FLS.remove fiber current

let join_after ?callstack ?on_return body =
  Group.join_after ?callstack ?on_return (fun flock ->
      let leave = enter (Fiber.current ()) flock in
      match body () with
      | value ->
          leave ();
          value
      | exception exn ->
          let bt = Printexc.get_raw_backtrace () in
          leave ();
          Printexc.raise_with_backtrace exn bt)

let terminate ?callstack () = Group.terminate ?callstack (get ())
let terminate_after ?callstack ~seconds () = Group.terminate_after ?callstack (get ()) ~seconds
let error ?callstack exn bt = Group.error ?callstack (get ()) exn bt
let inherit_from flock fiber = Fiber.FLS.set fiber current flock

let fork body =
  let flock = get () in
  Group.fork flock ~prepare:(inherit_from flock) body

let fork_as_promise body =
  let flock = get () in
  Promise.Private.of_computation
    (Group.fork_as_promise flock ~prepare:(inherit_from flock) body)
