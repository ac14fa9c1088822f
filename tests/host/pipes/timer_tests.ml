(* Timers, with a clock that the tests move. *)
open Fs
open Beside

let that = Check.that

(* Time, and what is to happen when; each at most once. *)
type world = { mutable time : int; mutable alarms : (int * (unit -> unit) ref) list }

let clock world =
  let alarm ~at ring =
    let cell = ref ring in
    world.alarms <- (at, cell) :: world.alarms;
    fun () -> cell := ignore
  in
  { Timerfd.now = (fun () -> world.time); alarm }

let pass world ns =
  world.time <- world.time + ns;
  let due, later = List.partition (fun (at, _) -> at <= world.time) world.alarms in
  world.alarms <- later;
  List.iter (fun (_, ring) -> !ring ()) due

let start () =
  let world = { time = 1000; alarms = [] } in
  let file = Timerfd.create (clock world) in
  let timer = match file.what with Timerfd.Timer timer -> timer | _ -> assert false in
  (world, file, timer)

let times file =
  match read file 8 with
  | 8, bytes -> Int64.to_int (String.get_int64_le bytes 0)
  | n, _ -> n

let is_readable file = not (Readiness.is_empty (File.readiness file))

let once () =
  let world, file, timer = start () in
  that "unset" (Timerfd.setting timer = { after = 0; every = 0 });
  let before = Timerfd.set timer ~absolute:false { after = 50; every = 0 } in
  that "set" (before = Ok { after = 0; every = 0 });
  let reading = spawn (fun () -> times file) in
  Picos.Fiber.yield ();
  pass world 49;
  Picos.Fiber.yield ();
  that "not yet" (Picos.Computation.is_running reading && not (is_readable file));
  that "a little is left" ((Timerfd.setting timer).after = 1);
  pass world 1;
  that "ready" (is_readable file);
  that "once" (Picos.Computation.await reading = 1);
  pass world 1000;
  that "no more" (not (is_readable file));
  nonblocking file;
  that "no more to read" (times file = -11);
  that "seven bytes" (fst (read file 7) = -22);
  that "it cannot be written" (write file "12345678" = -22);
  fails "negative" EINVAL (Timerfd.set timer ~absolute:true { after = -1; every = 0 });
  File.release file

let again_and_again () =
  let world, file, timer = start () in
  nonblocking file;
  ignore (done_ (Timerfd.set timer ~absolute:true { after = 1100; every = 10 }));
  pass world 99;
  that "not yet" (times file = -11);
  pass world 1;
  that "once" (times file = 1);
  pass world 35;
  that "thrice" (times file = 3);
  that "what is left" (Timerfd.setting timer = { after = 5; every = 10 });
  pass world 100;
  let before = done_ (Timerfd.set timer ~absolute:false { after = 0; every = 0 }) in
  that "what was left" (before = { after = 5; every = 10 });
  that "stopped" ((not (is_readable file)) && times file = -11);
  ignore (done_ (Timerfd.set timer ~absolute:true { after = 1; every = 100 }));
  that "long ago" (times file > 0);
  File.release file

let for_ever () =
  let world, file, timer = start () in
  nonblocking file;
  let set ~absolute after every = ignore (done_ (Timerfd.set timer ~absolute { after; every })) in
  set ~absolute:false max_int max_int;
  that "not yet" (times file = -11 && (Timerfd.setting timer).after > 1 lsl 60);
  set ~absolute:true 1 max_int;
  that "once" (times file = 1 && times file = -11);
  pass world 1_000_000_000;
  that "and no more" (times file = -11);
  File.release file

(* Beside a timer of the simplest kind: one that counts every nanosecond. *)
let counted random =
  let world, file, timer = start () in
  nonblocking file;
  let next = ref 0 and every = ref 0 and missed = ref 0 in
  let second () =
    pass world 1;
    if !next = world.time then begin
      incr missed;
      next := if !every = 0 then 0 else world.time + !every
    end
  in
  for _ = 1 to 100 do
    match Random.State.int random 8 with
    | 0 ->
        let after = Random.State.int random 30 and interval = Random.State.int random 10 in
        ignore (done_ (Timerfd.set timer ~absolute:false { after; every = interval }));
        next := if after = 0 then 0 else world.time + after;
        every := interval;
        missed := 0
    | 1 | 2 | 3 ->
        that "as often" (times file = if !missed = 0 then -11 else !missed);
        missed := 0
    | _ ->
        for _ = 1 to Random.State.int random 30 do
          second ()
        done;
        that "readable" (is_readable file = (!missed > 0))
  done;
  File.release file

(* With the scheduler's alarms, the time of which nobody can read: it stands still. *)
let real_alarms () =
  let now = ref 0 in
  let file = Timerfd.create (Timerfd.clock ~now:(fun () -> !now)) in
  let timer = match file.what with Timerfd.Timer timer -> timer | _ -> assert false in
  let rang = ref 0 in
  ignore (Watch.add (Option.get file.file.watch) (fun _ -> incr rang));
  ignore (done_ (Timerfd.set timer ~absolute:false { after = 1_000_000; every = 0 }));
  ignore (done_ (Timerfd.set timer ~absolute:false { after = 2_000_000; every = 0 }));
  Picos.Fiber.sleep ~seconds:0.0015;
  that "called off" (!rang = 0);
  Picos.Fiber.sleep ~seconds:0.001;
  that "rung" (!rang = 1);
  now := 2_000_000;
  that "read" (times file = 1);
  ignore (done_ (Timerfd.set timer ~absolute:false { after = 1_000_000; every = 0 }));
  File.release file;
  Picos.Fiber.sleep ~seconds:1.;
  that "closed" (!rang = 1)

let () =
  alone "a timer comes once" once;
  alone "a timer comes again and again" again_and_again;
  alone "times that never come" for_ever;
  random "timers beside one that counts" 200 counted;
  alone "the scheduler's alarms" real_alarms;
  Check.finish ()
