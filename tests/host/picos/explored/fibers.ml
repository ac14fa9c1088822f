open Effect.Deep

let resume trigger fiber woken =
  ignore (Fiber.unsuspend fiber trigger : bool);
  woken := true

let[@alert "-handler"] await fiber trigger =
  let woken = ref false in
  if Fiber.try_suspend fiber trigger fiber woken resume then
    Explorer.wait_until (fun () -> !woken)

let rec run (fiber : Fiber.t) main () =
  let effc : type a. a Effect.t -> ((a, unit) continuation -> unit) option = function
    | Fiber.Current -> Some (fun k -> continue k fiber)
    | Fiber.Yield ->
        Some
          (fun k ->
            Explorer.step Nothing;
            Fiber.continue fiber k ())
    | Fiber.Spawn child ->
        Some
          (fun k ->
            match Fiber.canceled fiber with
            | Some (exn, bt) -> discontinue_with_backtrace k exn bt
            | None ->
                Explorer.fork (run child.fiber child.main);
                continue k ())
    | Trigger.Await trigger ->
        Some
          (fun k ->
            await fiber trigger;
            Fiber.resume fiber k)
    | _ -> None
  in
  match_with main fiber { retc = Fun.id; exnc = raise; effc }

let fiber ?(forbid = false) computation main () =
  run (Fiber.create ~forbid computation) (fun _fiber -> main ()) ()
