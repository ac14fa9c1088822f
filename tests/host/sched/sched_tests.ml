(* kernel/sched over this machine's domains: it is the kernel's code, with other stubs below. *)
open Picos

let run ~cores main = Sched.run (Sched.Assignment.default ~cores) ~cores main

let assignments () =
  let parse name text =
    Sched.Assignment.of_options ~cores:4 (fun n -> if n = "sched." ^ name then Some text else None)
  in
  let cores name text kind = Result.map (List.assoc kind) (parse name text) in
  Check.that "a list" (cores "local" "0,2-3" Sched.Kind.Local = Ok [ 0; 2; 3 ]);
  Check.that "none" (cores "virtual" "" Sched.Kind.Virtual = Ok []);
  Check.that "the others keep the default" (cores "local" "3" Sched.Kind.Drivers = Ok [ 0 ]);
  let refused name text = Result.is_error (parse name text) in
  Check.that "bad ones are refused"
    (List.for_all (fun (name, text) -> refused name text)
       [ ("local", "4"); ("local", "3-1"); ("local", "x"); ("local", "1-2-3"); ("local", "-1");
         ("drivers", "") ])

let returns () = Check.that "the result" (run ~cores:3 (fun () -> 42) = 42)
let raises () = Check.raises "the exception" Exit (fun () -> run ~cores:2 (fun () -> raise Exit))

let many_fibers cores () =
  let n = 2000 in
  let count = Atomic.make 0 in
  let one i =
    Sched.spawn ~kind:Local ~name:"one" (fun () ->
        for _ = 1 to i mod 5 do
          Fiber.yield ()
        done;
        if i mod 7 = 0 then Sched.Time.sleep (i * 1000);
        Atomic.incr count)
  in
  run ~cores (fun () -> List.iter Computation.await (List.init n one));
  Check.that "all ran" (Atomic.get count = n)

(* Two fibers on cores of their own wake each other in turn: a lost wake-up hangs. *)
let ping_pong () =
  let rounds = 5000 in
  let cells = Array.init 2 (fun _ -> Atomic.make (Trigger.create ())) in
  let turns = Array.make 2 0 in
  let player me () =
    for _ = 1 to rounds do
      ignore (Trigger.await (Atomic.get cells.(me)) : _ option);
      Atomic.set cells.(me) (Trigger.create ());
      turns.(me) <- turns.(me) + 1;
      Trigger.signal (Atomic.get cells.(1 - me))
    done
  in
  run ~cores:2 (fun () ->
      let players =
        List.init 2 (fun me -> Sched.spawn ~kind:Local ~core:me ~name:"player" (player me))
      in
      Trigger.signal (Atomic.get cells.(0));
      List.iter Computation.await players);
  Check.that "all rounds were played" (turns = [| rounds; rounds |])

(* With all cores idle but one, who has it keeps it: two that have nothing to do don't pass the only
   fiber to and fro. *)
let only_one_stays () =
  let yields = 2000 in
  let sent =
    run ~cores:4 (fun () ->
        let one () =
          for _ = 1 to yields do
            Fiber.yield ()
          done
        in
        Computation.await (Sched.spawn ~kind:Local ~name:"only" one);
        List.fold_left (fun sum (r : Sched.core_report) -> sum + r.sent) 0 (Sched.report ()))
  in
  Check.that "few moves" (sent <= 20)

let timers () =
  run ~cores:2 (fun () ->
      let before = Sched.Time.now_ns () in
      let c = Computation.create () in
      Sched.Time.cancel_after ~ns:2_000_000 c Exit;
      (match Computation.await c with () -> () | exception Exit -> ());
      Check.that "not early" (Sched.Time.now_ns () - before >= 2_000_000);
      let abandoned = List.init 1000 (fun _ -> Computation.create ()) in
      List.iter (fun c -> Sched.Time.cancel_after ~ns:3_600_000_000_000 c Exit) abandoned;
      List.iter Computation.finish abandoned)

let crash_is_reported () =
  let reported = ref "" in
  let before = !Sched.on_crash in
  (Sched.on_crash := fun c -> reported := c.fiber);
  let result =
    run ~cores:1 (fun () ->
        match Computation.await (Sched.spawn ~name:"culprit" (fun () -> raise Exit)) with
        | () -> `Ended
        | exception Exit -> `Raised)
  in
  Sched.on_crash := before;
  Check.that "it is known by name" (result = `Raised && !reported = "culprit")

let refused () =
  let none_virtual =
    [ (Sched.Kind.Drivers, [ 0 ]); (Sched.Kind.Virtual, []); (Sched.Kind.Local, [ 1 ]) ]
  in
  Sched.run none_virtual ~cores:2 (fun () ->
      let is_refused f = match f () with _ -> false | exception Invalid_argument _ -> true in
      let spawn ?core kind () = Sched.spawn ?core ~kind ~name:"refused" ignore in
      Check.that "no core of the kind" (is_refused (spawn Virtual));
      Check.that "a core that does not serve it" (is_refused (spawn ~core:0 Local));
      Check.that "no such core" (is_refused (spawn ~core:7 Local));
      Computation.await (spawn ~core:1 Local ()))

(* ---- fibers that are confined to some cores ---- *)

let hop from () =
  for i = from to from + 500 do
    Sched.confine [ i mod 4 ];
    Check.that "it is there at once" (Sched.core () = i mod 4);
    Fiber.yield ();
    Check.that "it stays when it yields" (Sched.core () = i mod 4);
    if i mod 5 = 0 then begin
      Sched.Time.sleep 10_000;
      Check.that "it is woken there" (Sched.core () = i mod 4)
    end
  done

let confined_stay () =
  run ~cores:4 (fun () ->
      let hopper from = Sched.spawn ~kind:Local ~name:"hopper" (hop from) in
      List.iter Computation.await (List.init 10 hopper))

(* Both begin on one core, and come to an end only when one of them moves. *)
let confined_spread () =
  let places = Array.init 2 (fun _ -> Atomic.make 2) in
  let here () = Sched.core () in
  let rec apart me =
    Atomic.set places.(me) (here ());
    Check.that "a core of its own" (List.mem (here ()) [ 2; 3 ]);
    if Atomic.get places.(0) = Atomic.get places.(1) then begin
      Fiber.yield ();
      apart me
    end
  in
  let one me () =
    Sched.confine [ 2 ];
    Sched.confine [ 2; 3 ];
    apart me
  in
  run ~cores:4 (fun () ->
      let start me = Sched.spawn ~kind:Local ~name:"one" (one me) in
      List.iter Computation.await (List.init 2 start))

let confined_no_more () =
  run ~cores:2 (fun () ->
      let child_is_free () =
        Computation.await (Sched.spawn ~name:"child" (fun () -> Sched.confine [ 0 ]))
      in
      let one () =
        Check.raises "no core" (Invalid_argument "Sched.confine: none of the cores serves the fiber")
          (fun () -> Sched.confine [ 7 ]);
        Sched.confine [ 1 ];
        child_is_free ();
        Check.that "it is where it was" (Sched.core () = 1);
        Sched.confine [ 0; 1 ];
        Sched.confine [ 0 ];
        Check.that "it is elsewhere" (Sched.core () = 0)
      in
      Computation.await (Sched.spawn ~kind:Local ~name:"one" one))

let () =
  Check.test "sched: confined fibers run where they may" confined_stay;
  Check.test "sched: confined fibers use all cores that they may" confined_spread;
  Check.test "sched: other cores, and no core" confined_no_more;
  Check.test "sched: assignments of cores are read, bad ones refused" assignments;
  Check.test "sched: run returns the result" returns;
  Check.test "sched: run raises what main raised" raises;
  Check.test "sched: 2000 fibers on 1 core" (many_fibers 1);
  Check.test "sched: 2000 fibers on 4 cores" (many_fibers 4);
  Check.test "sched: two cores wake each other in turn" ping_pong;
  Check.test "sched: the only fiber stays where it is" only_one_stays;
  Check.test "sched: timers, and a thousand that are abandoned" timers;
  Check.test "sched: a crash is reported by name" crash_is_reported;
  Check.test "sched: a fiber that no core may run is refused" refused;
  Check.finish ()
