module P = Hal.Probe_interrupt

let test name about run : Commands.test = { name; about; run }
let check ok format = Printf.ksprintf (fun what -> if ok then Ok () else Error what) format
let skip format = Printf.ksprintf (fun why -> raise (Commands.Skipped why)) format
let ( let* ) = Result.bind

(* ---- waiting ---- *)

let patience_ns = 20_000_000_000

(* Until it is so; false when that takes too long. Takes turns, so that nothing else of the core
   waits. *)
let comes happened =
  let deadline = Hal.Machine.uptime_ns () + patience_ns in
  let rec wait () =
    Picos.Fiber.yield ();
    happened () || (Hal.Machine.uptime_ns () < deadline && wait ())
  in
  wait ()

(* Long enough for what was raised to come, if it comes: several interrupts' time on any of our
   machines. *)
let settle () =
  let until = Hal.Machine.uptime_ns () + 1_000_000 in
  while Hal.Machine.uptime_ns () < until do
    Picos.Fiber.yield ()
  done

let comes_times n = comes (fun () -> P.seen () >= n)

(* ---- what is watched is no longer watched in the end ---- *)

let watching irq manner trigger f =
  match P.watch irq manner trigger with
  | 0 -> Fun.protect ~finally:P.unwatch f
  | error -> Error (Printf.sprintf "interrupt %d can't be installed: %d" irq error)

let with_message ?(device = 0) ~core f =
  match P.message ~device ~core with
  | Ok irq -> Fun.protect ~finally:(fun () -> P.free_message irq) (fun () -> f irq)
  | Error e when e = P.enotsup -> skip "this machine has no messages"
  | Error e -> Error (Printf.sprintf "no message for core %d: %d" core e)

(* What an earlier test left pending (a PLIC can't forget) comes before this one begins. *)
let drain irq trigger =
  P.silence ();
  watching irq P.Silence trigger (fun () -> settle (); Ok ())

let with_alarm f =
  match P.alarm () with
  | None -> skip "this machine has no alarm that we know"
  | Some (irq, trigger) ->
      let* () = drain irq trigger in
      Fun.protect ~finally:P.silence (fun () -> f irq trigger)

(* Core 0 and the last one. *)
let ends () = List.sort_uniq compare [ 0; Sched.cores () - 1 ]

let on_ends f =
  List.fold_left (fun result core -> let* () = result in f core) (Ok ()) (ends ())

(* ---- lines ---- *)

(* The last line that there is: no device of ours has it. *)
let last_line () =
  let rec find irq =
    if irq = 0 then skip "there are no lines"
    else
      match P.watch irq P.Claim Edge with
      | 0 ->
          P.unwatch ();
          irq
      | _ -> find (irq - 1)
  in
  find 1023

let expect_on core n what =
  let* () =
    check (comes_times n) "%s: %d of %d interrupts came to core %d" what (P.seen ()) n core
  in
  check (P.seen_on () = core) "%s: it came to core %d, not to %d" what (P.seen_on ()) core

let raise_three irq core what =
  let rec go n =
    if n > 3 then Ok ()
    else begin
      ignore (P.raise_ irq : int);
      let* () = expect_on core n what in
      go (n + 1)
    end
  in
  let* () = go 1 in
  settle ();
  check (P.seen () = 3) "%s: %d interrupts came for 3" what (P.seen ())

let line_by_software () =
  let irq = last_line () in
  let* () =
    watching irq P.Claim Edge (fun () ->
        if P.raise_ irq = P.enotsup then skip "software can't raise a line of this controller";
        expect_on 0 1 "before it is routed")
  in
  let* () =
    on_ends (fun core ->
        watching irq P.Claim Edge (fun () ->
            let* () = check (P.route core = 0) "line %d can't be routed to core %d" irq core in
            raise_three irq core "line"))
  in
  ignore (P.raise_ irq : int);
  settle ();
  check (P.seen () = 3) "an interrupt came after its handler was removed"

let alarm_on_each_core () =
  with_alarm (fun irq trigger ->
      on_ends (fun core ->
          watching irq P.Silence trigger (fun () ->
              let* () = check (P.route core = 0) "line %d can't be routed to core %d" irq core in
              P.ring ();
              let* () = expect_on core 1 "alarm" in
              settle ();
              let* () = check (P.seen () = 1) "%d interrupts came for one ring" (P.seen ()) in
              P.ring ();
              expect_on core 2 "alarm")))

(* A handler that leaves the line asserted is called again. QEMU's PLIC does not look at the line
   when an interrupt is completed. *)
let level_repeats () =
  if (Hal.Machine.facts ()).interrupts = "PLIC" then skip "QEMU's PLIC does not repeat a level";
  with_alarm (fun irq trigger ->
      on_ends (fun core ->
          watching irq P.Silence_late trigger (fun () ->
              ignore (P.route core : int);
              P.ring ();
              let* () = expect_on core 3 "a line that is asserted until the third call" in
              settle ();
              check (P.seen () = 3) "it came %d times" (P.seen ()))))

(* A level that comes while its line is masked is not forgotten, and comes only then. *)
let masked_line () =
  with_alarm (fun irq trigger ->
      on_ends (fun core ->
          watching irq P.Silence trigger (fun () ->
              ignore (P.route core : int);
              P.mask ();
              P.ring ();
              settle ();
              let* () = check (P.seen () = 0) "a masked line interrupted %d times" (P.seen ()) in
              P.unmask ();
              expect_on core 1 "after irq_unmask")))

(* Rings again and again, since QEMU's PLIC does not repeat a level. *)
let storm_ends irq () =
  P.ring ();
  (P.figures irq).masked_by_storm

let storm () =
  with_alarm (fun irq trigger ->
      on_ends (fun core ->
          let* () = drain irq trigger in
          let before = P.figures irq in
          watching irq P.Disown trigger (fun () ->
              ignore (P.route core : int);
              let* () = check (comes (storm_ends irq)) "the storm goes on" in
              let calm = P.seen () in
              settle ();
              let after = P.figures irq in
              let* () = check (P.seen () = calm) "a line masked for a storm interrupts" in
              let* () =
                check (after.storms = before.storms + 1) "%d storms are counted" after.storms
              in
              check (after.unclaimed - before.unclaimed >= 1000) "it was masked after %d interrupts"
                calm)))

let removal_waits () =
  let last = Sched.cores () - 1 in
  if last = 0 then skip "one core: nobody can remove a handler that runs";
  with_alarm (fun irq trigger ->
      watching irq P.Linger trigger (fun () ->
          let* () = check (P.route last = 0) "line %d can't be routed" irq in
          P.ring ();
          let* () = check (comes P.was_entered) "the handler was not called" in
          P.let_go ~after_ns:5_000_000;
          P.unwatch ();
          check ((not (P.is_inside ())) && P.seen () = 1)
            "irq_remove returned while the handler ran"))

let refusals () =
  let irq = last_line () in
  let* () = check (P.watch 2048 P.Claim Edge = P.einval) "there is an interrupt 2048" in
  let* () =
    check (P.watch 2047 P.Claim Edge = P.einval) "a message that nobody allocated has a handler"
  in
  watching irq P.Claim Edge (fun () ->
      let* () = check (P.watch irq P.Claim Edge = P.ebusy) "two handlers share interrupt %d" irq in
      let* () = check (P.route (Sched.cores ()) = P.einval) "there is a core more than there are" in
      check ((P.figures irq).core = 0) "it is not core 0's")

(* ---- messages ---- *)

(* Of the last device of the last bus. *)
let message_by_software () =
  on_ends (fun core ->
      with_message ~device:0xfff8 ~core (fun irq ->
          watching irq P.Claim Edge (fun () ->
              let* () = raise_three irq core "message" in
              let* () = check (P.route 0 = P.enotsup) "a message was routed anew" in
              check ((P.figures irq).core = core) "it is said to be core %d's"
                (P.figures irq).core)))

(* Where a core may write what devices write. *)
let message_stored () =
  match (Hal.Machine.facts ()).interrupts with
  | "GICv2, v2m" | "GICv3, v2m" | "APLIC, IMSIC" ->
      on_ends (fun core ->
          with_message ~core (fun irq ->
              watching irq P.Claim Edge (fun () ->
                  let* () = check (P.store_message ()) "its address can't be mapped" in
                  expect_on core 1 "message")))
  | _ -> skip "only devices can write messages here"

let message_from_device () =
  with_alarm (fun _ _ ->
      on_ends (fun core ->
          with_message ~core (fun irq ->
              if not (P.alarm_by_message true) then skip "the alarm sends no messages";
              Fun.protect ~finally:(fun () -> ignore (P.alarm_by_message false : bool)) (fun () ->
                  watching irq P.Silence Edge (fun () ->
                      P.ring ();
                      let* () = expect_on core 1 "message" in
                      P.ring ();
                      expect_on core 2 "message")))))

let masked_message () =
  on_ends (fun core ->
      with_message ~core (fun irq ->
          watching irq P.Claim Edge (fun () ->
              P.mask ();
              ignore (P.raise_ irq : int);
              ignore (P.raise_ irq : int);
              settle ();
              let* () = check (P.seen () = 0) "a masked message interrupted" in
              P.unmask ();
              let* () = expect_on core 1 "after irq_unmask" in
              settle ();
              check (P.seen () = 1) "it came %d times" (P.seen ()))))

let rounds = 100

(* Masks and unmasks once in each round. *)
let disturb round =
  for r = 1 to rounds do
    if not (comes (fun () -> Atomic.get round >= (2 * r) - 1)) then
      failwith "the rounds ended early";
    P.mask ();
    P.unmask ();
    Atomic.set round (2 * r)
  done

(* The number is odd while core 0 raises and the last core masks and unmasks. *)
let raise_disturbed irq round =
  let rec go r =
    if r > rounds then Ok ()
    else begin
      Atomic.set round ((2 * r) - 1);
      ignore (P.raise_ irq : int);
      let* () = check (comes_times r) "round %d: %d messages came" r (P.seen ()) in
      let* () = check (comes (fun () -> Atomic.get round = 2 * r)) "round %d does not end" r in
      go (r + 1)
    end
  in
  go 1

let masking_loses_nothing () =
  let last = Sched.cores () - 1 in
  if last = 0 then skip "one core: nothing happens at once";
  on_ends (fun core ->
      with_message ~core (fun irq ->
          watching irq P.Claim Edge (fun () ->
              let round = Atomic.make 0 in
              let disturber =
                Sched.spawn ~kind:Local ~core:last ~name:"disturber" (fun () -> disturb round)
              in
              let* () = raise_disturbed irq round in
              Picos.Computation.await disturber;
              settle ();
              check (P.seen () = rounds) "%d came of %d" (P.seen ()) rounds)))

let rec allocate_all core taken =
  match P.message ~device:(List.length taken / 100) ~core with
  | Ok irq -> allocate_all core (irq :: taken)
  | Error e -> (taken, e)

(* All there are, freed, and all again. *)
let messages_return () =
  let round core =
    let taken, error = allocate_all core [] in
    List.iter P.free_message taken;
    (List.length taken, List.length (List.sort_uniq compare taken), error)
  in
  on_ends (fun core ->
      let count, distinct, error = round core in
      if error = P.enotsup then skip "this machine has no messages";
      let again, _, _ = round core in
      let* () = check (error = P.enospc) "the last one failed with %d" error in
      let* () = check (count = distinct) "of %d messages %d are different" count distinct in
      check (count >= 32 && count = again) "%d messages could be had, then %d" count again)

(* The last one that can be had works as the first one does. *)
let last_message () =
  let taken, error = allocate_all 0 [] in
  Fun.protect ~finally:(fun () -> List.iter P.free_message taken) (fun () ->
      if error = P.enotsup then skip "this machine has no messages";
      let irq = List.hd taken in
      watching irq P.Claim Edge (fun () -> raise_three irq 0 "message"))

let no_strays () =
  let n = P.strays () in
  check (n = 0) "%d interrupts came that nobody can name" n

(* ---- timers ---- *)

let deadlines = [ 0; 1_000; 20_000; 100_000; 500_000; 1_000_000; 3_000_000; 10_000_000 ]

let timers () =
  let of_core core = List.map (fun after_ns -> (core, after_ns, P.deadline ~after_ns)) deadlines in
  let all = List.concat (Sched.everywhere of_core) in
  match List.find_opt (fun (_, _, late) -> late < 0 || late = max_int) all with
  | None -> Ok ()
  | Some (core, after_ns, late) when late < 0 ->
      Error (Printf.sprintf "core %d: a timer of %d ns fired %d ns early" core after_ns (-late))
  | Some (core, after_ns, _) ->
      Error (Printf.sprintf "core %d: a timer of %d ns did not fire" core after_ns)

let all =
  [
    test "irq-line" "a line raised by software comes to the core it is routed to" line_by_software;
    test "irq-alarm" "a device's line comes to the core it is routed to, once for each time"
      alarm_on_each_core;
    test "irq-level" "a level that stays interrupts again" level_repeats;
    test "irq-mask" "a masked line interrupts when it is unmasked" masked_line;
    test "irq-storm" "a line that nobody silences is masked, and its core lives" storm;
    test "irq-remove" "a handler that was removed does not run" removal_waits;
    test "irq-refusals" "what can't be installed or routed is refused" refusals;
    test "msi-raise" "a message comes to its core" message_by_software;
    test "msi-store" "what a message says, written where it says, interrupts its core"
      message_stored;
    test "msi-device" "a device's message comes to its core" message_from_device;
    test "msi-mask" "a masked message comes once, when it is unmasked" masked_message;
    test "msi-mask-race" "a message that comes while another core masks and unmasks is neither lost nor doubled"
      masking_loses_nothing;
    test "msi-all" "messages that are freed can be had again, all of them" messages_return;
    test "msi-last" "the last message there is works like the first" last_message;
    test "irq-strays" "nothing came that has no number" no_strays;
    test "timers" "each core's timer fires, and not before its deadline" timers;
  ]
