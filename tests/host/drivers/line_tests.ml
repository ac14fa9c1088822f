(* Lines that devices share, messages, and the two rings of a port. *)
open Drivers
open Picos

let that = Check.that
let number = 9
let seed = Option.value (Option.bind (Sys.getenv_opt "SEED") int_of_string_opt) ~default:1

let test ?(cores = 1) name body =
  Check.test (Printf.sprintf "%s, %d cores" name cores) (fun () ->
      Host.run ~cores body;
      that "the line is free" (not (Host.Line.is_claimed number));
      that "no message is left" (Host.messages () = 0))

(* ---- devices on one line, which is up while any of them wants to be served ---- *)

type device = { wants : int Atomic.t; served : int Atomic.t; bell : Sched.Bell.t }

let device _ =
  { wants = Atomic.make 0; served = Atomic.make 0; bell = Sched.Bell.create "interrupts" }

let wire = Mutex.create ()

(* The line follows what the devices want. *)
let change devices f =
  Mutex.lock wire;
  let result = f () in
  Host.Line.set number (List.exists (fun d -> Atomic.get d.wants > 0) devices);
  Mutex.unlock wire;
  result

let want devices d = change devices (fun () -> Atomic.incr d.wants)
let serve devices d = change devices (fun () -> Atomic.exchange d.wants 0)

let claim d =
  match Line.claim ~name:"device" ~bell:d.bell Level_high number with
  | Ok line -> line
  | Error e -> failwith (Format.asprintf "%a" Line.pp_error e)

let rec drive devices d line =
  Sched.Bell.wait d.bell;
  ignore (Atomic.fetch_and_add d.served (serve devices d) : int);
  Line.serve_done line;
  drive devices d line

exception Ended

let start ~cores devices i d =
  let line = claim d in
  let run () = drive devices d line in
  let fiber = Sched.spawn ~kind:Drivers ~core:(i mod cores) ~name:"driver" run in
  fun () ->
    Computation.cancel fiber Ended (Printexc.get_callstack 0);
    Line.release line

let rounds = 300

let shared ~cores () =
  let devices = List.init 3 device in
  let ends = List.mapi (start ~cores devices) devices in
  let random = Random.State.make [| seed |] in
  let noise d =
    let pauses = Array.init rounds (fun _ -> Random.State.int random 4) in
    Sched.spawn ~kind:Local ~name:"device" (fun () ->
        Array.iter
          (fun pause ->
            want devices d;
            if pause = 0 then Fiber.yield () else if pause = 1 then Sched.Time.sleep 1000)
          pauses)
  in
  List.iter Computation.await (List.map noise devices);
  let all_served () = List.for_all (fun d -> Atomic.get d.served = rounds) devices in
  Host.until all_served;
  Host.until (fun () -> not (Host.Line.is_masked number));
  that "it was taken" (Host.Line.taken number > 0);
  List.iter (fun stop -> stop ()) ends;
  that "it stays masked" (Host.Line.is_masked number)

(* One that never serves keeps the line from the others until it is gone; then they go on. *)
let one_leaves () =
  let devices = List.init 2 device in
  let lazy_one = List.hd devices and other = List.nth devices 1 in
  let kept = claim lazy_one in
  let stop = start ~cores:1 devices 1 other in
  want devices other;
  Host.until (fun () -> Atomic.get other.served = 1);
  that "masked while one owes" (Host.Line.is_masked number);
  want devices other;
  Line.release kept;
  Host.until (fun () -> Atomic.get other.served = 2);
  Host.until (fun () -> not (Host.Line.is_masked number));
  stop ()

(* Nobody unmasks a line that nobody has, though its device holds it up. *)
let released_while_up () =
  let d = device 0 in
  let line = claim d in
  want [ d ] d;
  Sched.Bell.wait d.bell;
  Line.release line;
  Line.serve_done line;
  Line.release line;
  that "it stays masked" (Host.Line.is_masked number);
  let again = claim d in
  Sched.Bell.wait d.bell;
  that "who has it next is told" (Line.rung again = 1);
  ignore (serve [ d ] d : int);
  Line.serve_done again;
  Line.release again

let not_to_be_shared () =
  let bell = Sched.Bell.create "" in
  let edge = Result.get_ok (Line.claim ~name:"a" ~bell Edge number) in
  that "an edge" (Line.claim ~name:"b" ~bell Edge number = Error Hal.Interrupt.Busy);
  that "another trigger" (Line.claim ~name:"b" ~bell Level_high number = Error Hal.Interrupt.Busy);
  Line.release edge;
  let high = Result.get_ok (Line.claim ~name:"a" ~bell Level_high number) in
  that "low on high" (Line.claim ~name:"b" ~bell Level_low number = Error Hal.Interrupt.Busy);
  Line.release high

let messages () =
  let bells = List.init 20 (fun _ -> Sched.Bell.create "message") in
  let claim bell = Result.get_ok (Line.claim_message ~name:"m" ~bell ~device_id:8 ~core:0) in
  let lines = List.map claim bells in
  let send line = Host.send ~data:(snd (Option.get (Line.message line))) in
  List.iter send lines;
  List.iter Sched.Bell.wait bells;
  that "each its own" (List.for_all (fun line -> Line.rung line = 1) lines);
  List.iter Line.release lines

(* ---- storms ---- *)

(* The line is never lowered; [work] is done at each interrupt. *)
let storm works () =
  let told = ref 0 and bells = List.map (fun work -> (Sched.Bell.create "", work, ref 0)) works in
  let start (bell, work, done_) =
    let line = Result.get_ok (Line.claim ~name:"noisy" ~bell Level_high number) in
    Line.watch line ~work:(fun () -> !done_) ~on_storm:(fun _ -> incr told);
    let rec run () =
      Sched.Bell.wait bell;
      done_ := !done_ + work;
      Line.serve_done line;
      run ()
    in
    let fiber = Sched.spawn ~kind:Drivers ~name:"driver" run in
    fun () ->
      Computation.cancel fiber Ended (Printexc.get_callstack 0);
      Line.release line
  in
  let ends = List.map start bells in
  Host.Line.set number true;
  Host.until (fun () -> !told > 0 || Host.Line.taken number > 0 && Host.Line.unmasked number > 0);
  let before = Host.Line.taken number in
  Host.until (fun () -> !told > 0 || Host.Line.taken number - before > 30_000);
  Host.Line.set number false;
  List.iter (fun stop -> stop ()) ends;
  !told

let storms () =
  that "nothing is done" (storm [ 0 ] () > 0);
  that "both that share it are told" (storm [ 0; 0 ] () >= 2);
  that "work at each" (storm [ 1 ] () = 0);
  that "work by the other" (storm [ 0; 1 ] () = 0)

(* ---- ports ---- *)

let capacity = 8

(* Many send more than there is room for, and wait; the driver is slow, and answers more than the
   kernel's side takes at once. *)
let port ~cores () =
  let bell = Sched.Bell.create "requests" in
  let kernel, driver = Port.create ~name:"port" ~core:0 ~capacity ~bell in
  let senders = 5 and each = 200 in
  let rec answer word =
    if Port.answer driver [| word |] ~items:1 ~words:1 = 0 then begin
      if Port.may_sleep_for_room driver then Sched.Bell.wait bell;
      answer word
    end
  in
  let rec drive words =
    let n = Port.next driver words ~words:2 ~most:3 in
    for i = 0 to n - 1 do
      answer ((words.(2 * i) * 1000) + words.((2 * i) + 1))
    done;
    if n > 0 then Fiber.yield () else if Port.may_sleep driver then Sched.Bell.wait bell;
    drive words
  in
  let driving =
    Sched.spawn ~kind:Drivers ~core:0 ~name:"driver" (fun () -> drive (Array.make 6 0))
  in
  let send me =
    Sched.spawn ~kind:Local ~core:(me mod cores) ~name:"sender" (fun () ->
        for n = 0 to each - 1 do
          Port.send_all kernel [| me; n |] ~items:1 ~words:2
        done)
  in
  let next = Array.make senders 0 and taken = ref 0 in
  let rec take words =
    if !taken < senders * each then begin
      let n = Port.receive kernel words ~words:1 in
      for i = 0 to n - 1 do
        let me = words.(i) / 1000 in
        that "in each sender's order" (words.(i) mod 1000 = next.(me));
        next.(me) <- next.(me) + 1;
        incr taken
      done;
      if n = 0 then Port.await kernel else Sched.Time.sleep 10_000;
      take words
    end
  in
  let sending = List.init senders send in
  Computation.await (Sched.spawn ~kind:Drivers ~core:0 ~name:"kernel"
    (fun () -> take (Array.make 4 0)));
  List.iter Computation.await sending;
  Computation.cancel driving Ended (Printexc.get_callstack 0);
  let s = Port.statistics kernel in
  that "all came" (s.outbound.popped = senders * each && s.inbound.pushed = senders * each);
  that "some had to wait" (s.refused > 0 && s.highest_inbound = capacity)

let () =
  Printf.printf "# seed %d\n" seed;
  List.iter
    (fun cores ->
      test ~cores "lines: three devices share one" (shared ~cores);
      test ~cores "ports: back-pressure both ways" (port ~cores))
    [ 1; 3 ];
  test "lines: one of two leaves" one_leaves;
  test "lines: released while it is up" released_while_up;
  test "lines: not to be shared" not_to_be_shared;
  test "lines: messages" messages;
  test "lines: storms" storms;
  Check.finish ()
