(* Fibers on a scheduler: what the five effects promise. *)
open Picos

exception Stop

let bt = Printexc.get_callstack 0
let that = Check.that
let test name body = Check.test name (fun () -> Fifo_scheduler.run body)

let spawn ?(forbid = false) computation main =
  Fiber.spawn (Fiber.create ~forbid computation) (fun _ -> Computation.capture computation main ())

let () =
  test "current is the record that was spawned" (fun () ->
      let c = Computation.create () in
      let f = Fiber.create ~forbid:false c in
      Fiber.spawn f (fun g -> Computation.return c (g == f && Fiber.current () == f));
      that "same" (Computation.await c));
  test "yield lets others run" (fun () ->
      let log = ref [] in
      let c = Computation.create () in
      spawn c (fun () -> log := 1 :: !log);
      log := 0 :: !log;
      Fiber.yield ();
      that "order" (!log = [ 1; 0 ]));
  test "await wakes, raises what was raised" (fun () ->
      let c = Computation.create () in
      spawn c (fun () ->
          Fiber.yield ();
          raise Stop);
      Check.raises "await" Stop (fun () -> Computation.await c));
  test "a canceled fiber is woken, and leaves nothing attached" (fun () ->
      let never : unit Computation.t = Computation.create () and c = Computation.create () in
      let size = Obj.reachable_words (Obj.repr never) in
      spawn c (fun () -> Computation.await never);
      Fiber.yield ();
      Computation.cancel c Stop bt;
      Fiber.yield ();
      that "detached" (Obj.reachable_words (Obj.repr never) = size));
  test "canceled: effects raise, current does not, main runs" (fun () ->
      let c : unit Computation.t = Computation.create () and ran = ref false in
      Fiber.spawn (Fiber.create ~forbid:false c) (fun f ->
          ran := true;
          ignore (Fiber.current ());
          Check.raises "yield" Stop Fiber.yield;
          Check.raises "spawn" Stop (fun () -> Fiber.spawn f (fun _ -> assert false));
          Check.raises "sleep" Stop (fun () -> Fiber.sleep ~seconds:1.);
          that "await answers" (Trigger.await (Trigger.create ()) = Some (Stop, bt));
          Fiber.forbid f Fiber.yield);
      Computation.cancel c Stop bt;
      Fiber.yield ();
      that "ran" !ran);
  test "time cancels; completion disarms; sleep returns" (fun () ->
      let c : unit Computation.t = Computation.create () in
      Computation.cancel_after c ~seconds:1. Stop bt;
      Fiber.sleep ~seconds:0.5;
      that "not yet" (Computation.is_running c);
      Fiber.sleep ~seconds:1.;
      that "canceled" (Computation.is_canceled c));
  test "waiting goes on though the fiber's own computation returns" (fun () ->
      let own = Computation.create () and c = Computation.create () and seen = ref 0 in
      Fiber.spawn (Fiber.create ~forbid:false own) (fun _ -> seen := Computation.await c);
      Fiber.yield ();
      Computation.finish own;
      Fiber.yield ();
      that "waits" (!seen = 0);
      Computation.return c 1;
      Fiber.yield ();
      that "woken" (!seen = 1));
  test "Maybe: the current fiber" (fun () ->
      let open Fiber.Maybe in
      let f = Fiber.current () in
      that "current_if" (to_fiber (current_if None) == f && to_fiber (current_if (Some true)) == f);
      that "or_current" (to_fiber (or_current nothing) == f && to_fiber_or_current nothing == f);
      let (Packed own) = Fiber.get_computation f in
      let c = Computation.create () in
      Computation.cancel c Stop bt;
      Fiber.set_computation f (Packed c);
      Check.raises "checked" Stop (fun () -> current_and_check_if None);
      that "not checked" (to_fiber (current_if None) == f);
      Fiber.set_computation f (Packed own));
  Check.finish ()
