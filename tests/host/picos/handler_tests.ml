(* Schedulers made of functions (Handler), and of shallow handlers. *)
open Picos

exception Stop

let bt = Printexc.get_callstack 0
let that = Check.that

type context = { fiber : Fiber.t; mutable log : string list; mutable failing : bool }
type _ Effect.t += Foreign : int Effect.t

let note t what =
  t.log <- what :: t.log;
  if t.failing then raise Stop

let handler =
  {
    Handler.current = (fun t -> t.fiber);
    spawn =
      (fun t fiber main ->
        note t "spawn";
        main fiber);
    yield = (fun t -> note t "yield");
    cancel_after =
      (fun t computation ~seconds exn bt ->
        note t (Printf.sprintf "cancel_after %g" seconds);
        Computation.cancel computation exn bt);
    await =
      (fun t trigger ->
        note t "await";
        if Trigger.is_signaled trigger then None else Some (Stop, bt));
  }

let using main () =
  let fiber = Fiber.create ~forbid:false (Computation.create () : unit Computation.t) in
  let t = { fiber; log = []; failing = false } in
  let ended = ref false in
  Handler.using handler t (fun given ->
      main t given;
      ended := true);
  that "the main function has ended" !ended

let handler_tests () =
  Check.test "handler: each effect is answered by its function"
    (using (fun t fiber ->
         that "main has the fiber" (fiber == t.fiber && Fiber.current () == t.fiber);
         Fiber.yield ();
         let other = Fiber.create ~forbid:true (Computation.create () : unit Computation.t) in
         Fiber.spawn other (fun given -> that "spawned" (given == other));
         let timed : unit Computation.t = Computation.create () in
         Computation.cancel_after timed ~seconds:2. Stop bt;
         that "canceled" (Computation.canceled timed = Some (Stop, bt));
         that "await answers" (Trigger.await (Trigger.create ()) = Some (Stop, bt));
         that "all of them" (t.log = [ "await"; "cancel_after 2"; "spawn"; "yield" ])));
  Check.test "handler: what a function raises is raised in the fiber"
    (using (fun t fiber ->
         t.failing <- true;
         let timed : unit Computation.t = Computation.create () in
         Check.raises "yield" Stop Fiber.yield;
         Check.raises "spawn" Stop (fun () -> Fiber.spawn fiber ignore);
         Check.raises "cancel_after" Stop (fun () ->
             Computation.cancel_after timed ~seconds:1. Stop bt)));
  Check.test "handler: effects of others pass through" (fun () ->
      let effc (type a) (eff : a Effect.t) =
        match eff with
        | Foreign -> Some (fun (k : (a, _) Effect.Deep.continuation) -> Effect.Deep.continue k 7)
        | _ -> None
      in
      Effect.Deep.try_with
        (using (fun _ _ -> that "answered outside" (Effect.perform Foreign = 7)))
        () { effc });
  Check.test "handler: the main function's exception is raised by using" (fun () ->
      Check.raises "using" Stop (using (fun _ _ -> raise Stop)))

(* One fiber at a time, under shallow handlers. [cancel] is done before each effect is answered. *)
let rec shallow :
    type v.
    Fiber.t -> cancel:(unit -> unit) -> (v, unit) Effect.Shallow.continuation -> v -> unit =
 fun fiber ~cancel k value -> Effect.Shallow.continue_with k value (shallow_handler fiber ~cancel)

and shallow_handler fiber ~cancel =
  let effc (type a) (eff : a Effect.t) : ((a, unit) Effect.Shallow.continuation -> unit) option =
    match eff with
    | Fiber.Current -> Some (fun k -> shallow fiber ~cancel k fiber)
    | Fiber.Yield ->
        Some
          (fun k ->
            cancel ();
            Fiber.continue_with fiber k () (shallow_handler fiber ~cancel))
    | Trigger.Await trigger ->
        Some
          (fun k ->
            cancel ();
            Trigger.dispose trigger;
            Fiber.resume_with fiber k (shallow_handler fiber ~cancel))
    | _ -> None
  in
  { Effect.Shallow.retc = Fun.id; exnc = raise; effc }

let shallow_tests () =
  let run ~forbid ~canceled main () =
    let computation = Computation.create () and ended = ref false in
    let fiber = Fiber.create ~forbid computation in
    let body fiber =
      main fiber;
      ended := true
    in
    let cancel () = if canceled then Computation.cancel computation Stop bt in
    shallow fiber ~cancel (Effect.Shallow.fiber body) fiber;
    that "the main function has ended" !ended
  in
  let both_answer _fiber =
    Fiber.yield ();
    that "await" (Trigger.await (Trigger.create ()) = None)
  in
  Check.test "shallow: continue and resume go on" (run ~forbid:false ~canceled:false both_answer);
  Check.test "shallow: a fiber that forbids cancelation goes on"
    (run ~forbid:true ~canceled:true both_answer);
  Check.test "shallow: continue raises the cancelation, resume answers with it"
    (run ~forbid:false ~canceled:true (fun fiber ->
         Check.raises "yield" Stop Fiber.yield;
         that "await" (Trigger.await (Trigger.create ()) = Some (Stop, bt));
         that "current" (Fiber.current () == fiber)))

let () =
  handler_tests ();
  shallow_tests ();
  Check.finish ()
