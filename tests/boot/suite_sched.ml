open Picos

let test name about run : Commands.test = { name; about; run }
let check ok format = Printf.ksprintf (fun what -> if ok then Ok () else Error what) format
let await_all computations = List.map Computation.await computations
let spawn ?kind ?core ?weight ?budget_ns name f = Sched.spawn ?kind ?core ?weight ?budget_ns ~name f

(* Crashes on purpose are counted, not shown. *)
let without_reports f =
  let before = !Sched.on_crash in
  let seen = Atomic.make [] in
  (Sched.on_crash := fun crash -> Atomic.set seen (crash :: Atomic.get seen));
  Fun.protect ~finally:(fun () -> Sched.on_crash := before) (fun () ->
      let result = f () in
      (result, Atomic.get seen))

(* ---- order ---- *)

let first_in_first_out () =
  let order = ref [] in
  let fiber i () =
    for round = 1 to 3 do
      order := (round, i) :: !order;
      Fiber.yield ()
    done
  in
  ignore (await_all (List.init 4 (fun i -> spawn ~core:0 "fifo" (fiber i))) : unit list);
  let wanted = List.concat_map (fun round -> List.init 4 (fun i -> (round, i))) [ 1; 2; 3 ] in
  check (List.rev !order = wanted) "drivers did not run first in, first out"

let woken_before_yielder () =
  let order = ref [] in
  let trigger = Trigger.create () in
  let waiter =
    spawn ~core:0 "waiter" (fun () ->
        ignore (Trigger.await trigger : _ option);
        order := `Waiter :: !order)
  in
  Fiber.yield ();
  Trigger.signal trigger;
  Fiber.yield ();
  order := `Yielder :: !order;
  Computation.await waiter;
  check (!order = [ `Yielder; `Waiter ]) "a fiber that yielded went before one that it had woken"

(* ---- cancelation and time ---- *)

let canceled_waiter () =
  let c = spawn "sleeper" (fun () -> Sched.Time.sleep 60_000_000_000) in
  Fiber.yield ();
  Computation.cancel c Exit (Printexc.get_callstack 0);
  match Computation.await c with
  | () -> Error "a canceled fiber ended as if it had slept"
  | exception Exit -> Ok ()

let never_early () =
  let late = ref max_int in
  for i = 1 to 20 do
    let ns = i * 137_001 in
    let before = Sched.Time.now_ns () in
    Sched.Time.sleep ns;
    late := min !late (Sched.Time.now_ns () - before - ns)
  done;
  check (!late >= 0) "a sleep ended %d ns early" (- !late)

let within () =
  match
    ( Sched.Time.within ~ns:2_000_000 (fun () -> Sched.Time.sleep 60_000_000_000),
      Sched.Time.within ~ns:60_000_000_000 (fun () -> 7) )
  with
  | Error `Time_is_up, Ok 7 -> Ok ()
  | Ok (), _ -> Error "a wait went on after its time"
  | _ -> Error "a result in time was lost"

let many_timers () =
  let n = 500 in
  let woken = Atomic.make 0 in
  let one i =
    spawn ~kind:Local "timer" (fun () ->
        Sched.Time.sleep (i mod 17 * 300_000);
        Atomic.incr woken)
  in
  ignore (await_all (List.init n one) : unit list);
  check (Atomic.get woken = n) "of %d sleepers %d woke" n (Atomic.get woken)

(* ---- cores ---- *)

let everywhere () =
  let cores = Sched.everywhere (fun index -> (index, Sched.core ())) in
  check
    (List.length cores = Sched.cores () && List.for_all (fun (asked, got) -> asked = got) cores)
    "a fiber bound to a core ran on another"

(* Fibers that compute without ever letting go: one for each core, all spawned by one. *)
let work_moves () =
  let spin () =
    let until = Sched.Time.now_ns () + 30_000_000 in
    while Sched.Time.now_ns () < until do
      ignore (Sys.opaque_identity (ref 0))
    done;
    Sched.core ()
  in
  let used =
    await_all (List.init (4 * Sched.cores ()) (fun _ -> spawn ~kind:Local "spinner" spin))
  in
  let distinct = List.length (List.sort_uniq compare used) in
  check (distinct = Sched.cores ()) "%d of %d cores had work" distinct (Sched.cores ())

(* A token goes round through a fiber on each core. *)
let ring_of_cores () =
  let cores = Sched.cores () in
  let laps = 200 in
  let cells = Array.init cores (fun _ -> Atomic.make (Computation.create ())) in
  let pass from value =
    let next = cells.((from + 1) mod cores) in
    Computation.return (Atomic.get next) value
  in
  let runner index =
    let sum = ref 0 in
    for _ = 1 to laps do
      let cell = Atomic.get cells.(index) in
      let value = Computation.await cell in
      Atomic.set cells.(index) (Computation.create ());
      sum := !sum + value;
      pass index (value + 1)
    done;
    !sum
  in
  let start = Atomic.get cells.(0) in
  let runners =
    List.init cores (fun i -> spawn ~kind:Local ~core:i "runner" (fun () -> runner i))
  in
  Computation.return start 0;
  let total = List.fold_left ( + ) 0 (await_all runners) in
  let n = cores * laps in
  check (total = n * (n - 1) / 2) "the token's sum is %d, not %d" total (n * (n - 1) / 2)

(* A domain that is no core's loop wakes a fiber. *)
let foreign_domain () =
  let c = Computation.create () in
  let waiter = spawn "waits for a domain" (fun () -> Computation.await c) in
  Fiber.yield ();
  let domain = Domain.spawn (fun () -> Computation.return c 42) in
  let got = Computation.await waiter in
  Domain.join domain;
  check (got = 42) "it got %d" got

(* ---- shares ---- *)

(* A guest's loop: runs for its slice, and comes back. *)
let guest ~stop () =
  let turn = Sched.Turn.own () in
  while not (Atomic.get stop) do
    while Hal.Core.ticks () < Sched.Turn.ends turn do
      ()
    done;
    Fiber.yield ()
  done

let guests_run_ns () =
  List.filter_map (fun (f : Sched.fiber) -> if f.name = "guest" then Some (float f.run_ns) else
    None) (Sched.fibers ())

let worst_share weights =
  let ran = guests_run_ns () in
  let all = List.fold_left ( +. ) 0. ran and whole = float (List.fold_left ( + ) 0 weights) in
  let off ns weight = Float.abs ((ns /. all /. (float weight /. whole)) -. 1.) in
  List.fold_left Float.max 0. (List.map2 off ran weights)

(* The machine below may take the core away for longer than a slice: shares even that out in time.
   *)
let rec come_within limit tries weights =
  Sched.Time.sleep 500_000_000;
  let worst = worst_share weights in
  if worst <= limit || tries = 0 then worst else come_within limit (tries - 1) weights

let shares () =
  let weights = [ 512; 1024; 1536; 2048 ] in
  let stop = Atomic.make false in
  let start weight = spawn ~kind:Virtual ~core:(Sched.cores () - 1) ~weight "guest" (guest ~stop) in
  let guests = List.map start weights in
  let worst = come_within 0.05 10 weights in
  Atomic.set stop true;
  ignore (await_all guests : unit list);
  check (worst <= 0.05) "a share is off by %.1f %%" (100. *. worst)

(* The machine below may take the core away while a budgeted fiber has it. *)
let slack_ns = 100e6

let budget () =
  let quota = 5_000_000 and period = 20_000_000 in
  let stop = Atomic.make false in
  let start = Sched.Time.now_ns () in
  let c =
    spawn ~kind:Virtual ~core:(Sched.cores () - 1) ~budget_ns:(quota, period) "guest" (guest ~stop)
  in
  Sched.Time.sleep 600_000_000;
  let ran = List.fold_left ( +. ) 0. (guests_run_ns ()) in
  let allowed = float ((Sched.Time.now_ns () - start) / period * quota) in
  Atomic.set stop true;
  Computation.await c;
  check (ran <= (allowed *. 1.2) +. slack_ns && ran >= allowed /. 3.)
    "it ran %.1f ms of %.1f allowed" (ran /. 1e6) (allowed /. 1e6)

let greedy ~until () =
  let turns = ref 0 in
  while Sched.Time.now_ns () < until do
    incr turns;
    let back = Sched.Time.now_ns () + 1_000_000 in
    while Sched.Time.now_ns () < back do
      ()
    done;
    Fiber.yield ()
  done;
  !turns

(* While one of each kind never stops asking for the core, none waits for ever. *)
let nobody_starves () =
  let until = Sched.Time.now_ns () + 1_000_000_000 in
  let one kind = spawn ~kind ~core:0 "greedy" (greedy ~until) in
  let least = List.fold_left min max_int (await_all (List.map one Sched.Kind.all)) in
  check (least >= 2) "one of three kinds on a core had %d turns" least

(* ---- failures ---- *)

exception Broken

let raising () =
  let result, reports =
    without_reports (fun () -> Computation.wait (spawn "raises" (fun () -> raise Broken)))
  in
  let named =
    List.exists (fun (c : Sched.crash) -> c.fiber = "raises" && c.error = Broken) reports
  in
  ignore (result : unit);
  check (named && List.length reports = 1) "its end was not reported by name"

let with_short_patience f =
  Sched.watch_every ~ns:15_000_000;
  Fun.protect ~finally:(fun () -> Sched.watch_every ~ns:1_000_000_000) f

let hog () =
  match without_reports (fun () -> with_short_patience (fun () ->
      let rec forever n = if Sys.opaque_identity n >= 0 then forever (n + 1) else n in
      let c = spawn ~kind:Local "loops for ever" (fun () -> forever 0) in
      let other = spawn ~kind:Local "the other" (fun () -> Sched.Time.sleep 1_000_000; 5) in
      let five = Computation.await other in
      (five, match Computation.await c with _ -> `Ended | exception Sched.Hog -> `Hog)))
  with
  | (5, `Hog), [ report ] ->
      check (report.fiber = "loops for ever") "another was reported: %s" report.fiber
  | (5, `Hog), reports -> Error (Printf.sprintf "%d reports" (List.length reports))
  | _ -> Error "an endless loop ended by itself"

(* ---- what can be seen ---- *)

let rec seen_waiting tries =
  Sched.Time.sleep 5_000_000;
  let named = List.filter (fun (f : Sched.fiber) -> f.name = "watched") (Sched.fibers ()) in
  match named with
  | [ { state = Ready | Running; _ } ] when tries > 0 -> seen_waiting (tries - 1)
  | _ -> named

let seen () =
  let trigger = Trigger.create () in
  let wait () =
    Sched.Reason.during "the test" (fun () -> ignore (Trigger.await trigger : _ option))
  in
  let c = spawn ~kind:Local "watched" wait in
  let found = seen_waiting 1000 in
  Trigger.signal trigger;
  Computation.await c;
  match found with
  | [ f ] -> check (f.state = Waiting "the test" && f.kind = Local) "its state or kind is wrong"
  | _ -> Error (Printf.sprintf "%d fibers of that name are listed" (List.length found))

let interrupts () =
  let event = Sched.Interrupt.of_event ~name:"probe" (Hal.Probe.event ()) in
  let early = ref 0 in
  for _ = 1 to 50 do
    let at = Sched.Time.now_ns () + 200_000 in
    Hal.Probe.event_at ~ns:at;
    Sched.Interrupt.wait event;
    if Sched.Time.now_ns () < at then incr early
  done;
  let canceled =
    match Sched.Time.within ~ns:1_000_000 (fun () -> Sched.Interrupt.wait event) with
    | Error `Time_is_up -> true
    | Ok () -> false
  in
  check (!early = 0 && canceled) "%d waits ended before their interrupt" !early

let all =
  [
    test "fifo" "drivers run first in, first out" first_in_first_out;
    test "woken-first" "a fiber that yields runs behind those that it woke" woken_before_yielder;
    test "canceled-waiter" "a canceled fiber stops waiting" canceled_waiter;
    test "never-early" "no sleep ends early" never_early;
    test "within" "a wait ends when its time is up" within;
    test "many-timers" "500 sleepers all wake" many_timers;
    test "everywhere" "a fiber that is bound to a core runs there" everywhere;
    test "work-moves" "fibers that compute spread over all cores" work_moves;
    test "ring-of-cores" "a token passes from core to core, and none is lost" ring_of_cores;
    test "foreign-domain" "a domain that is no loop wakes a fiber" foreign_domain;
    test "shares" "virtual fibers get what their weights say, within 5 %" shares;
    test "budget" "a fiber with a budget stays within it" budget;
    test "nobody-starves" "three kinds that share a core all run" nobody_starves;
    test "raising" "a fiber that raises ends alone, and is reported" raising;
    test "hog" "an endless loop is ended, others run on" hog;
    test "seen" "a waiting fiber is listed with its reason" seen;
    test "events" "a fiber waits for interrupts" interrupts;
  ]
