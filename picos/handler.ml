type 'c t = {
  current : 'c -> Fiber.t;
  spawn : 'c -> Fiber.t -> (Fiber.t -> unit) -> unit;
  yield : 'c -> unit;
  cancel_after :
    'a. 'c -> 'a Computation.t -> seconds:float -> exn -> Printexc.raw_backtrace -> unit;
  await : 'c -> Trigger.t -> (exn * Printexc.raw_backtrace) option;
}

open Effect.Deep

(* Outside of [match]'s exception branch the fiber runs on: its own exceptions are not the
   function's. *)
let answer k fn =
  match fn () with
  | value -> continue k value
  | exception exn -> discontinue_with_backtrace k exn (Printexc.get_raw_backtrace ())

let using t context main =
  let effc : type a. a Effect.t -> ((a, unit) continuation -> unit) option = function
    | Fiber.Current -> Some (fun k -> answer k (fun () -> t.current context))
    | Fiber.Yield -> Some (fun k -> answer k (fun () -> t.yield context))
    | Fiber.Spawn { fiber; main } -> Some (fun k -> answer k (fun () -> t.spawn context fiber main))
    | Computation.Cancel_after { seconds; exn; bt; computation } ->
        Some (fun k -> answer k (fun () -> t.cancel_after context computation ~seconds exn bt))
    | Trigger.Await trigger -> Some (fun k -> continue k (t.await context trigger))
    | _ -> None
  in
  match_with main (t.current context) { retc = Fun.id; exnc = raise; effc }
