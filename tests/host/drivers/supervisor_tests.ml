(* Drivers that fail in every way that there is, and what their supervisor does about it. *)
open Drivers

let that = Check.that

(* What the supervisor said of failures, the latest first. *)
let said = ref []
let () = Supervisor.on_failure := fun ~device:_ ~driver:_ why -> said := why :: !said

let driver start : Driver.t = { name = "test"; matches = (fun _ -> true); start }
let supervise ?(hardware = Host.hardware "device") start =
  Supervisor.supervise hardware (driver start)
let lives s = (Supervisor.history s).lives
let failure s = Option.value (Supervisor.history s).last_failure ~default:""
let is_given_up = function Supervisor.Given_up _ -> true | _ -> false

let wait_for_ever () = Sched.Bell.wait (Sched.Bell.create "nothing")

(* Each test leaves no memory, interrupt or message behind. *)
let test name body =
  Check.test name (fun () ->
      let blocks = Host.memory_blocks () in
      Host.run body;
      that "no memory is left" (Host.memory_blocks () = blocks);
      that "no message is left" (Host.messages () = 0))

let begins () =
  let s = supervise ignore in
  that "it runs" (Supervisor.settled s = Running);
  that "in its first life" (lives s = 1);
  Supervisor.stop s

(* ---- failing ---- *)

let backs_off () =
  let began = ref [] and gone = ref 0 in
  let start device =
    began := Host.milliseconds () :: !began;
    if !began |> List.length = 1 then Device.when_gone device (fun () -> incr gone);
    Device.fail device "no"
  in
  let s = supervise start in
  that "it is given up" (is_given_up (Supervisor.settled s));
  that "after six lives" (lives s = 6 && List.length !began = 6);
  that "those who offer it are told once" (!gone = 1);
  let rec gaps = function a :: (b :: _ as rest) -> (a - b) :: gaps rest | [ _ ] | [] -> [] in
  let at_least = List.for_all2 (fun gap least -> gap >= least && gap < least + 9) in
  that "each pause is twice as long" (at_least (List.rev (gaps !began)) [ 10; 20; 40; 80; 160 ]);
  that "it says why" (failure s = "no")

let is_revived () =
  let works = ref false in
  let s = supervise (fun device -> if not !works then Device.fail device "no") in
  that "it is given up" (is_given_up (Supervisor.settled s));
  works := true;
  Supervisor.kill s;
  Host.until (fun () -> Supervisor.state s = Running);
  that "in a seventh life" (lives s = 7);
  Supervisor.stop s

(* Failures that are more than a minute apart are never too many. *)
let forgives () =
  let s =
    supervise (fun device -> Device.spawn device ""
      (fun () -> Sched.Time.sleep 30_000_000_000; raise Exit))
  in
  Host.until (fun () -> Supervisor.state s = Running);
  Sched.Time.sleep 1_000_000_000_000;
  that "it is still restarted" (lives s > 20 && Supervisor.settled s = Running);
  Supervisor.stop s

let raising_fiber () =
  let bell = Sched.Bell.create "go" in
  let s =
    supervise (fun device ->
        Device.spawn device "a" wait_for_ever;
        Device.spawn device "b" (fun () -> Sched.Bell.wait bell; raise Exit))
  in
  that "it runs" (Supervisor.settled s = Running);
  Sched.Bell.ring bell;
  Host.until (fun () -> lives s = 2);
  that "it says what was raised" (failure s = "it raised Stdlib.Exit");
  that "it runs again" (Supervisor.settled s = Running);
  Supervisor.stop s

let start_hangs () =
  let before = Host.milliseconds () in
  let s = supervise (fun _ -> wait_for_ever ()) in
  Host.until (fun () -> lives s = 2);
  that "it is given ten seconds" (Host.milliseconds () - before >= 10_000);
  that "it says so" (failure s = "it did not start within 10 s");
  Supervisor.stop s

(* ---- being asked ---- *)

let kill () =
  let s = supervise (fun device -> Device.spawn device "" wait_for_ever) in
  that "it runs" (Supervisor.settled s = Running);
  let before = Host.milliseconds () in
  for n = 1 to 20 do
    Supervisor.kill s;
    Host.until (fun () -> lives s = n + 1 && Supervisor.state s = Running)
  done;
  that "at once" (Host.milliseconds () - before < 100);
  that "it is no failure" (failure s = "" && (Supervisor.history s).killed = 20);
  Supervisor.stop s

let kill_while_pausing () =
  let s = supervise (fun device -> Device.fail device "no") in
  Host.until (fun () -> Supervisor.state s = Pausing && lives s = 3);
  Supervisor.kill s;
  Supervisor.kill s;
  that "it comes to its end" (is_given_up (Supervisor.settled s))

let stop_while_pausing () =
  let works = ref false in
  let s = supervise (fun device -> if not !works then Device.fail device "no") in
  Host.until (fun () -> Supervisor.state s = Pausing);
  Supervisor.stop s;
  that "it is stopped" (Supervisor.state s = Stopped);
  Sched.Time.sleep 20_000_000_000;
  that "for good" (Supervisor.state s = Stopped && lives s <= 2);
  works := true;
  Supervisor.kill s;
  Host.until (fun () -> Supervisor.state s = Running);
  Supervisor.stop s

(* Who asks last has his way, and nobody waits for ever. *)
let stop_and_kill () =
  let s = supervise (fun device -> Device.spawn device "" wait_for_ever) in
  let random = Random.State.make [| 1 |] in
  for _ = 1 to 200 do
    let ask _ =
      Sched.spawn ~kind:Local ~name:"asks" (fun () ->
          for _ = 0 to Random.State.int random 20 do
            Picos.Fiber.yield ()
          done;
          if Random.State.bool random then Supervisor.stop s else Supervisor.kill s)
    in
    List.iter Picos.Computation.await (List.init 4 ask)
  done;
  Supervisor.stop s;
  that "it is stopped" (Supervisor.state s = Stopped);
  Supervisor.kill s;
  Host.until (fun () -> Supervisor.state s = Running);
  Supervisor.stop s

let pause_is_cut_short () =
  let s = supervise (fun device -> Device.fail device "no") in
  Host.until (fun () -> Supervisor.state s = Pausing && lives s = 5);
  let before = Host.milliseconds () in
  Supervisor.stop s;
  that "it is stopped" (Supervisor.state s = Stopped && lives s = 5);
  that "at once" (Host.milliseconds () - before < 10)

let stop_while_starting () =
  let s = supervise (fun _ -> wait_for_ever ()) in
  Host.until (fun () -> Supervisor.state s = Starting);
  let before = Host.milliseconds () in
  Supervisor.stop s;
  that "it is stopped" (Supervisor.state s = Stopped);
  that "at once" (Host.milliseconds () - before < 100)

(* ---- what is left ---- *)

let line = 5
let registers =
  Hal.Registers.make ~length:16 ~read:(fun ~bytes:_ _ -> 7) ~write:(fun ~bytes:_ _ _ -> ())

let all_is_taken_back () =
  let events = ref [] in
  let note what = events := what :: !events in
  let hardware =
    Host.hardware "device" ~windows:[ registers ] ~line ~messages:2
      ~disable:(fun () -> note "cut off")
  in
  let window = ref registers and memory = ref None in
  let start device =
    window := Device.registers device 0;
    memory := Some (Device.memory device 10_000);
    let bell = Sched.Bell.create "interrupts" in
    ignore (Device.interrupt device ~core:0 bell);
    ignore (Device.interrupt device ~message:1 ~core:0 bell);
    Device.at_end device (fun () ->
        note (if Hal.Dma.length (Option.get !memory) > 0 then "reset, memory there" else
          "reset too late"));
    Device.spawn device "" (fun () -> Fun.protect ~finally:(fun () -> note "fiber gone")
      wait_for_ever)
  in
  let s = supervise ~hardware start in
  that "it runs" (Supervisor.settled s = Running);
  that "it has its line and a message" (Host.Line.is_claimed line && Host.messages () = 1);
  that "its window works" (Hal.Registers.read32 !window 0 = 7);
  Supervisor.stop s;
  that "in this order" (List.rev !events = [ "fiber gone"; "reset, memory there"; "cut off" ]);
  that "the line is free" (not (Host.Line.is_claimed line));
  that "the memory is forgotten" (Hal.Dma.length (Option.get !memory) = 0);
  Check.raises "the window is revoked" Hal.Registers.Revoked
    (fun () -> Hal.Registers.read32 !window 0)

(* What is kept when the device may still use it. It is freed here at last, so as to find other
   leaks. *)
let kept ~is_gated reset =
  let memory = ref None in
  let start device =
    memory := Some (Device.memory device 4096);
    Device.at_end device reset
  in
  let s = supervise ~hardware:(Host.hardware "device" ~is_gated) start in
  that "it runs" (Supervisor.settled s = Running);
  let before = Host.milliseconds () in
  Supervisor.stop s;
  that "within two seconds" (Host.milliseconds () - before < 2000);
  let is_kept = Hal.Dma.length (Option.get !memory) > 0 in
  if is_kept then Hal.Physical.release (Option.get !memory);
  is_kept

let reset_that_fails () =
  that "kept when the reset never ends" (kept ~is_gated:false wait_for_ever);
  that "kept when the reset raises" (kept ~is_gated:false (fun () -> raise Exit));
  that "freed when it ends" (not (kept ~is_gated:false ignore));
  that "freed where the device is cut off from memory" (not (kept ~is_gated:true wait_for_ever))

(* One that goes on after its end has nothing to do it with. *)
let things_after_the_end () =
  let kept = ref None in
  let s = supervise (fun device -> kept := Some device) in
  ignore (Supervisor.settled s);
  Supervisor.stop s;
  let device = Option.get !kept in
  let refused f = match f () with _ -> false | exception _ -> true in
  that "no memory" (refused (fun () -> Device.memory device 1));
  that "no interrupt" (refused (fun () -> Device.interrupt device ~core:0 (Sched.Bell.create "")));
  that "no fiber" (refused (fun () -> Device.spawn device "" ignore))

(* ---- hanging ---- *)

let hang progresses =
  let s =
    supervise (fun device ->
        List.iter (Device.watch device) progresses;
        Device.stir device)
  in
  ignore (Supervisor.settled s);
  let before = Host.milliseconds () in
  let ended () = lives s > 1 || Host.milliseconds () - before > 30_000 in
  Host.until ended;
  let took = Host.milliseconds () - before in
  Supervisor.stop s;
  (took, failure s)

let stuck () : Device.progress = { outstanding = 3; completed = 10 }
let idle () : Device.progress = { outstanding = 0; completed = 10 }
let busy () : Device.progress = { outstanding = 3; completed = Host.milliseconds () }

let hangs () =
  let took, why = hang [ stuck ] in
  that "it ends" (why = "it answers none of 3 requests");
  that "after five seconds" (took > 4000 && took < 7000);
  that "not one that is idle" (hang [ idle ] |> fst > 30_000);
  that "not one that is busy" (hang [ busy ] |> fst > 30_000);
  let took, why = hang [ busy; stuck; idle ] in
  that "one queue among others" (why = "it answers none of 3 requests" && took < 7000)

let () =
  test "supervisor: starts" begins;
  test "supervisor: backs off, and gives up" backs_off;
  test "supervisor: what was given up is revived" is_revived;
  test "supervisor: rare failures are forgiven" forgives;
  test "supervisor: a fiber that raises" raising_fiber;
  test "supervisor: a start that hangs" start_hangs;
  test "supervisor: kill" kill;
  test "supervisor: kill while it pauses" kill_while_pausing;
  test "supervisor: stop while it pauses" stop_while_pausing;
  test "supervisor: a pause is cut short" pause_is_cut_short;
  test "supervisor: stop and kill at once" stop_and_kill;
  test "supervisor: stop while it starts" stop_while_starting;
  test "supervisor: everything is taken back" all_is_taken_back;
  test "supervisor: a reset that fails" reset_that_fails;
  test "supervisor: nothing after the end" things_after_the_end;
  test "supervisor: a hang" hangs;
  Check.finish ()
