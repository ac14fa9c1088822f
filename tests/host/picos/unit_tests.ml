(* What the contract promises of each function, one thread at a time; then races over real domains.
   *)
[@@@alert "-handler"]

open Picos

exception Stop

let bt = Printexc.get_callstack 0
let that = Check.that

let () =
  Check.test "trigger: states" (fun () ->
      let t = Trigger.create () in
      that "initial" (Trigger.is_initial t && not (Trigger.is_signaled t));
      Trigger.signal t;
      that "signaled" (Trigger.is_signaled t && not (Trigger.is_initial t));
      that "await performs nothing"
        (Trigger.await t = None && Trigger.await Trigger.signaled = None);
      that "no action any more" (not (Trigger.on_signal t () () (fun _ _ _ -> assert false))));
  Check.test "trigger: awaiting refuses a second user" (fun () ->
      let t = Trigger.from_action () () (fun _ _ _ -> ()) in
      let expected = Invalid_argument "already awaiting" in
      Check.raises "is_initial" expected (fun () -> Trigger.is_initial t);
      Check.raises "await" expected (fun () -> Trigger.await t);
      Check.raises "dispose" expected (fun () -> Trigger.dispose t);
      Check.raises "on_signal" expected (fun () -> Trigger.on_signal t () () (fun _ _ _ -> ())));
  Check.test "computation: results" (fun () ->
      let c = Computation.create () in
      that "running" (Computation.is_running c && Computation.peek c = None);
      Check.raises "peek_exn" Computation.Running (fun () -> Computation.peek_exn c);
      that "first" (Computation.try_return c 1 && not (Computation.try_return c 2));
      that "value" (Computation.peek c = Some (Ok 1) && Computation.await c = 1);
      let c = Computation.create () in
      that "captures" (Computation.try_capture c (fun () -> raise Stop) ());
      that "canceled" (Computation.is_canceled c && not (Computation.is_running c));
      Check.raises "check" Stop (fun () -> Computation.check c);
      Check.raises "await" Stop (fun () -> Computation.await c);
      Computation.wait c);
  List.iter
    (fun (mode, name, order) ->
      Check.test ("computation: order " ^ name) (fun () ->
          let c = Computation.create ~mode () and seen = ref [] in
          let attach i =
            let t = Trigger.from_action i () (fun _ i () -> seen := i :: !seen) in
            that "attached" (Computation.try_attach c t);
            t
          in
          let triggers = Array.init 20 attach in
          Array.iteri (fun i t -> if i mod 5 <> 0 then Computation.detach c t) triggers;
          ignore (attach 20);
          seen := [];
          Computation.finish c;
          that "exact, after sweeps" (List.rev !seen = order)))
    [ (`FIFO, "FIFO", [ 0; 5; 10; 15; 20 ]); (`LIFO, "LIFO", [ 20; 15; 10; 5; 0 ]) ];
  Check.test "computation: fibers that wake leave little behind" (fun () ->
      let c = Computation.create () in
      let fibers = Array.init 8 (fun _ -> Fiber.create ~forbid:false c) in
      let wait_and_wake rounds =
        for round = 1 to rounds do
          let triggers = Array.map (fun _ -> Trigger.create ()) fibers in
          let suspend i fiber =
            let unsuspend trigger fiber () = ignore (Fiber.unsuspend fiber trigger : bool) in
            that "suspended" (Fiber.try_suspend fiber triggers.(i) fiber () unsuspend)
          in
          Array.iteri suspend fibers;
          for i = 0 to 7 do
            Trigger.signal triggers.((i * 3 + round) mod 8)
          done
        done
      in
      wait_and_wake 10;
      let before = Obj.reachable_words (Obj.repr c) in
      wait_and_wake 1000;
      that "no more than before" (Obj.reachable_words (Obj.repr c) <= 2 * before));
  Check.test "computation: detaching shrinks it" (fun () ->
      let c : unit Computation.t = Computation.create () in
      let keep = Trigger.create () in
      that "attached" (Computation.try_attach c keep);
      for _ = 1 to 1000 do
        let a = Trigger.create () and b = Trigger.create () in
        ignore (Computation.try_attach c a && Computation.try_attach c b);
        Computation.detach c a;
        Computation.detach c b
      done;
      that "small" (Obj.reachable_words (Obj.repr c) < 64);
      that "refuses the signaled" (not (Computation.try_attach c Trigger.signaled)));
  Check.test "computation: cancelers" (fun () ->
      let from = Computation.create () and into : unit Computation.t = Computation.create () in
      ignore (Computation.attach_canceler ~from ~into);
      Computation.cancel from Stop bt;
      that "passed on" (Computation.canceled into = Some (Stop, bt));
      Check.raises "canceled" Stop (fun () -> Computation.attach_canceler ~from ~into);
      Check.raises "returned" (Invalid_argument "already returned") (fun () ->
          Computation.attach_canceler ~from:Computation.finished ~into));
  Check.test "computation: cancel_after refuses what is no time" (fun () ->
      List.iter
        (fun seconds ->
          Check.raises "seconds" (Invalid_argument "seconds must be non-negative") (fun () ->
              Computation.cancel_after (Computation.create ()) ~seconds Stop bt))
        [ -1.0; nan ]);
  Check.test "tx: commit, abort, misuse" (fun () ->
      let open Computation in
      let a = create () and b = create () and tx = Tx.create () in
      that "taken" (Tx.try_return tx a 1 && Tx.try_cancel tx b Stop bt);
      that "running" (is_running a && is_running b && not (is_canceled b));
      that "committed" (Tx.try_commit tx && not (Tx.try_commit tx));
      that "completed" (peek a = Some (Ok 1) && canceled b = Some (Stop, bt));
      Check.raises "reuse" (Invalid_argument "already committed") (fun () -> Tx.try_return tx a 1);
      let c = create () and tx = Tx.create () in
      that "twice aborts" (Tx.try_return tx c 1 && not (Tx.try_return tx c 1));
      that "stays aborted" (not (Tx.try_commit tx) && is_running c && try_return c 3);
      that "same" (Tx.same c c && not (Tx.same c a)));
  Check.test "fiber: forbid, permit, FLS, Maybe" (fun () ->
      let c = Computation.create () in
      let f = Fiber.create ~forbid:false c and other = Fiber.create ~forbid:true c in
      Computation.cancel c Stop bt;
      that "canceled" (Fiber.is_canceled f && not (Fiber.is_canceled other));
      Fiber.forbid f (fun () -> Fiber.check f);
      Check.raises "restored" Stop (fun () -> Fiber.check f);
      Check.raises "permits" Stop (fun () -> Fiber.permit other (fun () -> Fiber.check other));
      that "exchange" (Fiber.has_forbidden other && Fiber.exchange other ~forbid:false);
      let x = Fiber.FLS.create () and y = Fiber.FLS.create () in
      Fiber.FLS.set f y "y";
      Fiber.FLS.set f x 1.5;
      that "values" (Fiber.FLS.get_exn f x = 1.5 && Fiber.FLS.get_exn f y = "y");
      Fiber.FLS.remove f x;
      Check.raises "removed" Fiber.FLS.Not_set (fun () -> Fiber.FLS.get_exn f x);
      let open Fiber.Maybe in
      let m = of_fiber f in
      that "maybe" (equal m m && equal m nothing && unequal m nothing && not (unequal m m));
      that "identity" (to_fiber m == f));
  Check.test "tx: triggers are signaled at commit, the last computation's first" (fun () ->
      let seen = ref [] in
      let attached name =
        let c : unit Computation.t = Computation.create () in
        let t = Trigger.from_action name () (fun _ name () -> seen := name :: !seen) in
        that "attached" (Computation.try_attach c t);
        c
      in
      let a = attached "a" and b = attached "b" and tx = Computation.Tx.create () in
      that "taken" Computation.Tx.(try_return tx a () && try_cancel tx b Stop bt);
      that "not before" (!seen = []);
      that "committed" (Computation.Tx.try_commit tx && List.rev !seen = [ "b"; "a" ]));
  Check.test "computation: with_action acts once, at completion" (fun () ->
      let ran = ref [] in
      let action trigger x y = ran := (Trigger.is_signaled trigger, x, y) :: !ran in
      List.iter
        (fun mode ->
          ran := [];
          let c = Computation.with_action ~mode 1 "y" action in
          that "running" (Computation.is_running c && !ran = []);
          Computation.return c 2;
          Computation.return c 3;
          that "acted" (!ran = [ (true, 1, "y") ] && Computation.peek_exn c = 2))
        [ `FIFO; `LIFO ]);
  Check.test "fiber: FLS grows, keeps what it holds, and takes floats" (fun () ->
      let f = Fiber.create ~forbid:false (Computation.create () : unit Computation.t) in
      let floats = List.init 20 (fun i -> (Fiber.FLS.create (), float_of_int i)) in
      let name = Fiber.FLS.create () in
      Fiber.FLS.reserve f name;
      Check.raises "reserving sets nothing" Fiber.FLS.Not_set (fun () ->
          Fiber.FLS.get_exn f name);
      List.iter (fun (key, x) -> Fiber.FLS.set f key x) floats;
      Fiber.FLS.set f name "name";
      List.iter (fun (key, x) -> that "float" (Fiber.FLS.get_exn f key = x)) floats;
      that "other type" (Fiber.FLS.get f name ~default:"" = "name");
      let later = Fiber.FLS.create () in
      Fiber.FLS.remove f later;
      that "default" (Fiber.FLS.get f later ~default:2.5 = 2.5));
  Check.test "fiber: Maybe without a scheduler" (fun () ->
      let open Fiber.Maybe in
      let fiber forbid = Fiber.create ~forbid (Computation.create () : unit Computation.t) in
      let f = fiber false and other = fiber true in
      Check.raises "nothing" (Invalid_argument "not a fiber") (fun () -> to_fiber nothing);
      that "or_current keeps" (to_fiber (or_current (of_fiber f)) == f);
      that "to_fiber_or_current keeps" (to_fiber_or_current (of_fiber f) == f);
      that "not asked" (current_if (Some false) == nothing);
      that "not asked, not checked" (current_and_check_if (Some false) == nothing);
      that "differ" (unequal (of_fiber f) (of_fiber other));
      that "not equal" (not (equal (of_fiber f) (of_fiber other)));
      that "nothing may be either" (equal nothing nothing && unequal nothing nothing);
      check nothing;
      let (Packed c) = Fiber.get_computation f in
      Computation.cancel c Stop bt;
      Check.raises "check" Stop (fun () -> check (of_fiber f)));
  Check.test "domains: one of two completes, each trigger once" (fun () ->
      for _ = 1 to 2000 do
        let c = Computation.create () and ran = Atomic.make 0 in
        let t = Trigger.from_action () () (fun _ () () -> Atomic.incr ran) in
        ignore (Computation.try_attach c t);
        let d = Domain.spawn (fun () -> Computation.try_return c 1) in
        let here = Computation.try_return c 2 in
        let there = Domain.join d in
        that "one" (here <> there && Atomic.get ran = 1)
      done);
  Check.finish ()
