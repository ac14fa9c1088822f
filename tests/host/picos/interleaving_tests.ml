(* Every order of the atomic operations of two or three threads, over the code of picos/ itself. *)
[@@@alert "-handler"]

open Explored

let bt = Printexc.get_callstack 0
let count n _ _ _ = incr n
let to_int = Bool.to_int

let trigger_scenarios =
  [
    ( "trigger: two signals run the action once",
      fun () ->
        let ran = ref 0 in
        let t = Trigger.from_action () () (fun t () () -> if Trigger.is_signaled t then incr ran) in
        let signal () = Trigger.signal t in
        ( [ signal; signal; signal ],
          fun () -> Check.that "ran once, seen as signaled" (!ran = 1) ) );
    ( "trigger: a signal against on_signal",
      fun () ->
        let ran = ref 0 and won = ref false in
        let t = Trigger.create () in
        ( [
            (fun () -> Trigger.signal t);
            (fun () -> won := Trigger.on_signal t () () (count ran));
          ],
          fun () ->
            Check.that "signaled" (Trigger.is_signaled t);
            Check.that "the action runs exactly if it was taken" (!ran = to_int !won) ) );
    ( "trigger: a signal against two on_signals",
      fun () ->
        let ran = ref 0 and won = ref 0 and lost = ref 0 and raised = ref 0 in
        let t = Trigger.create () in
        let suspend () =
          match Trigger.on_signal t () () (count ran) with
          | true -> incr won
          | false -> incr lost
          | exception Invalid_argument _ -> incr raised
        in
        ( [ (fun () -> Trigger.signal t); suspend; suspend ],
          fun () ->
            Check.that "each has an answer" (!won + !lost + !raised = 2);
            Check.that "won once or never, and ran as often" (!won <= 1 && !ran = !won);
            Check.that "raised only where one won" (!raised = 0 || !won = 1) ) );
    ( "trigger: dispose against a signal",
      fun () ->
        let t = Trigger.create () in
        ( [ (fun () -> Trigger.signal t); (fun () -> Trigger.dispose t) ],
          fun () -> Check.that "signaled" (Trigger.is_signaled t) ) );
  ]

exception Stop

let computation_scenarios =
  [
    ( "computation: return against cancel",
      fun () ->
        let c = Computation.create () and a = ref false and b = ref false in
        ( [
            (fun () -> a := Computation.try_return c 1);
            (fun () -> b := Computation.try_cancel c Stop bt);
          ],
          fun () ->
            Check.that "one of them" (!a <> !b);
            Check.that "its result" (Computation.is_canceled c = !b) ) );
    ( "computation: attach against completion",
      fun () ->
        let c = Computation.create () and t = Trigger.create () and attached = ref false in
        ( [ (fun () -> attached := Computation.try_attach c t); (fun () -> Computation.finish c) ],
          fun () ->
            Check.that "signaled exactly if attached" (Trigger.is_signaled t = !attached) ) );
    ( "computation: two attach, one completes",
      fun () ->
        let c = Computation.create () in
        let t = Array.init 2 (fun _ -> Trigger.create ()) and attached = [| false; false |] in
        let attach i () = attached.(i) <- Computation.try_attach c t.(i) in
        ( [ attach 0; attach 1; (fun () -> Computation.finish c) ],
          fun () ->
            Array.iteri
              (fun i t ->
                Check.that "signaled exactly if attached" (Trigger.is_signaled t = attached.(i)))
              t ) );
    ( "computation: detach against completion runs the action once",
      fun () ->
        let ran = ref 0 in
        let t = Trigger.from_action () () (count ran) in
        let c = Computation.create () in
        Check.that "attached" (Computation.try_attach c t);
        ( [ (fun () -> Computation.detach c t); (fun () -> Computation.finish c) ],
          fun () -> Check.that "once" (!ran = 1 && not (Computation.is_running c)) ) );
    ( "computation: attaching and detaching forgets no one",
      fun () ->
        let c = Computation.create () in
        let kept = Trigger.create () and old = List.init 2 (fun _ -> Trigger.create ()) in
        List.iter (fun t -> Check.that "attached" (Computation.try_attach c t)) (old @ [ kept ]);
        let detach t () = Computation.detach c t in
        ( List.map detach old,
          fun () ->
            Check.that "kept" (not (Trigger.is_signaled kept));
            (* The sweep that is due by now must keep the live one. *)
            Check.that "attached" (Computation.try_attach c (Trigger.create ()));
            Computation.finish c;
            Check.that "signaled" (Trigger.is_signaled kept) ) );
    ( "computation: a canceler passes on what came before it was detached",
      fun () ->
        let from = Computation.create () and into = Computation.create () in
        let canceler = Computation.attach_canceler ~from ~into in
        let canceled_first = ref false in
        ( [
            (fun () -> Computation.cancel from Stop bt);
            (fun () ->
              canceled_first := Computation.is_canceled from;
              Computation.detach from canceler);
          ],
          fun () ->
            Check.that "passed on" ((not !canceled_first) || Computation.is_canceled into);
            Check.that "signaled" (Trigger.is_signaled canceler) ) );
  ]

let both tx a b value =
  Computation.Tx.(try_return tx a value && try_return tx b value && try_commit tx)

let value c = match Computation.peek c with Some (Ok v) -> v | _ -> 0

let tx_scenarios =
  [
    ( "tx: two transactions over the same pair",
      fun () ->
        let a = Computation.create () and b = Computation.create () in
        let won = [| false; false |] in
        let attempt i x y () = won.(i) <- both (Computation.Tx.create ()) x y (i + 1) in
        ( [ attempt 0 a b; attempt 1 a b ],
          fun () ->
            Check.that "not both" (not (won.(0) && won.(1)));
            let expected = if won.(0) then 1 else if won.(1) then 2 else 0 in
            Check.that "all or nothing" (value a = expected && value b = expected) ) );
    ( "tx: two transactions in opposite orders",
      fun () ->
        let a = Computation.create () and b = Computation.create () in
        let won = [| false; false |] in
        let attempt i x y () = won.(i) <- both (Computation.Tx.create ()) x y (i + 1) in
        ( [ attempt 0 a b; attempt 1 b a ],
          fun () ->
            Check.that "not both" (not (won.(0) && won.(1)));
            let expected = if won.(0) then 1 else if won.(1) then 2 else 0 in
            Check.that "all or nothing" (value a = expected && value b = expected) ) );
    ( "tx: completing against a transaction",
      fun () ->
        let a = Computation.create () and b = Computation.create () in
        let won = ref false and returned = ref false in
        ( [
            (fun () -> won := both (Computation.Tx.create ()) a b 1);
            (fun () -> returned := Computation.try_return b 7);
          ],
          fun () ->
            Check.that "one of them" (!won <> !returned);
            Check.that "a" (value a = to_int !won);
            Check.that "b" (value b = if !won then 1 else 7) ) );
    ( "tx: attaching against a transaction",
      fun () ->
        let a = Computation.create () and b = Computation.create () and t = Trigger.create () in
        let won = ref false and attached = ref false in
        ( [
            (fun () -> won := both (Computation.Tx.create ()) a b 1);
            (fun () -> attached := Computation.try_attach a t);
          ],
          fun () ->
            Check.that "completed exactly if committed" (Computation.is_running a <> !won);
            Check.that "all or nothing" (value a = value b);
            Check.that "signaled exactly if both" (Trigger.is_signaled t = (!won && !attached)) ) );
    ( "tx: a reader sees the pair change at once",
      fun () ->
        let a = Computation.create () and b = Computation.create () in
        let seen_a = ref 0 and seen_b = ref 0 and won = ref false in
        ( [
            (fun () -> won := both (Computation.Tx.create ()) a b 1);
            (fun () ->
              seen_a := value a;
              seen_b := value b);
          ],
          fun () ->
            Check.that "readers abort nothing" !won;
            Check.that "never the first without the second" (!seen_a <= !seen_b) ) );
    ( "tx: a transaction, a reader and a cancelation",
      fun () ->
        let a = Computation.create () in
        let won = ref false and canceled = ref false and seen = ref None in
        ( [
            (fun () ->
              let tx = Computation.Tx.create () in
              won := Computation.Tx.(try_return tx a 1 && try_commit tx));
            (fun () -> canceled := Computation.try_cancel a Stop bt);
            (fun () -> seen := Computation.peek a);
          ],
          fun () ->
            Check.that "one of them" (!won <> !canceled);
            Check.that "what is seen stays" (!seen = None || !seen = Computation.peek a) ) );
  ]

let fiber_scenarios =
  [
    ( "fiber: suspension against signal and cancelation",
      fun () ->
        let c = Computation.create () and t = Trigger.create () in
        let fiber = Fiber.create ~forbid:false c in
        let ran = ref 0 and suspended = ref false in
        let resume t () () =
          incr ran;
          ignore (Fiber.unsuspend fiber t)
        in
        ( [
            (fun () -> suspended := Fiber.try_suspend fiber t () () resume);
            (fun () -> Trigger.signal t);
            (fun () -> Computation.cancel c Stop bt);
          ],
          fun () ->
            Check.that "signaled" (Trigger.is_signaled t);
            Check.that "resumed exactly if suspended" (!ran = to_int !suspended) ) );
    ( "fiber: two of one computation, one wakes while the other goes to sleep",
      fun () ->
        let c = Computation.create () in
        let kept = Trigger.create () and first = Trigger.create () and second = Trigger.create () in
        let attached = Computation.try_attach c kept in
        let resume _ fiber_and_result () =
          let fiber, trigger, result = fiber_and_result in
          result := Some (Fiber.unsuspend fiber trigger)
        in
        let suspend trigger result =
          let fiber = Fiber.create ~forbid:false c in
          Fiber.try_suspend fiber trigger (fiber, trigger, result) () resume
        in
        let woken = ref None and canceled = ref None and asleep = ref false in
        let slept = suspend first woken in
        ( [
            (fun () -> Trigger.signal first);
            (fun () -> asleep := suspend second canceled);
          ],
          fun () ->
            Check.that "slept" (attached && slept && !asleep);
            Check.that "woke alone" (!woken = Some true && !canceled = None);
            Computation.cancel c Stop bt;
            Check.that "the others hear of it"
              (Trigger.is_signaled kept && !canceled = Some false) ) );
  ]

(* The explorer itself: what it leaves out as equivalent must be so. *)
let outcomes ?preemptions () =
  let seen = ref [] in
  let scenario () =
    let x = Atomic.make 0 and y = Atomic.make 0 and log = Array.make 3 0 in
    let thread i a b () =
      let before = Atomic.get a in
      ignore (Atomic.compare_and_set b 0 (i + 1));
      log.(i) <- (10 * before) + Atomic.fetch_and_add a 1
    in
    ( [ thread 0 x y; thread 1 y x; thread 2 x x ],
      fun () ->
        let outcome = (Array.to_list log, Atomic.get x, Atomic.get y) in
        if not (List.mem outcome !seen) then seen := outcome :: !seen )
  in
  let nr_orders = Explorer.all ?preemptions scenario in
  (nr_orders, List.sort compare !seen)

let explorer_test () =
  Check.test "explorer: running one of equivalent orders loses no outcome" (fun () ->
      let nr_all, all = outcomes ~preemptions:100 () and nr_reduced, reduced = outcomes () in
      Printf.printf "# %d outcomes, of %d orders and of %d\n" (List.length all) nr_all nr_reduced;
      Check.that "each order was run" (nr_all = 1680);
      Check.that "the same outcomes, of fewer orders" (all = reduced && nr_reduced < nr_all))

let () =
  explorer_test ();
  let scenarios = trigger_scenarios @ computation_scenarios @ tx_scenarios @ fiber_scenarios in
  List.iter (fun (name, scenario) -> Explore.test name scenario) scenarios;
  Explore.finish ()
