[@@@alert "-handler"] (* this is one *)

open Picos
open Core

let report = ref (fun (_ : task) _ _ -> ())

(* ---- what happens outside of fibers ---- *)

let rec hand_out_events () =
  match Hal.Core.next_event () with
  | -1 -> ()
  | number ->
      Events.deliver number;
      hand_out_events ()

let receive core (task : task) =
  if task == nobody then core.stops <- true else Placing.receive core task

let wait m core =
  core.running <- 0;
  Idle.set m.idle core.index;
  if Inbox.is_empty core.inbox then begin
    sweep_at_rest core;
    let before = Hal.Core.ticks () in
    core.waits <- core.waits + 1;
    Hal.Core.wait core.deadlines.next;
    core.since <- Hal.Core.ticks ();
    core.waited_ticks <- core.waited_ticks + core.since - before
  end;
  ignore (Idle.clear m.idle core.index : bool)

(* ---- giving work to idle cores ---- *)

let idle_for m core kind =
  let target = Idle.find m.idle ~among:m.members.(Kind.index kind) in
  if target = core.index then -1 else target

let give m core target task =
  core.sent <- core.sent + 1;
  Placing.send m m.cores.(target) task

let give_fair m core kind =
  if ready core kind > 0 then
    match idle_for m core kind with
    | -1 -> ()
    | target ->
        let task = Fair.take_movable (fair core kind) ~none:nobody in
        if task != nobody then give m core target task

(* One to each idle core, but one stays. *)
let rec give_drivers m core =
  if Fifo.length core.drivers > 1 then
    match idle_for m core Drivers with
    | -1 -> ()
    | target ->
        let task = Fifo.take_movable core.drivers ~none:nobody in
        if task != nobody then begin
          give m core target task;
          give_drivers m core
        end

let share_out m core =
  give_fair m core Virtual;
  give_fair m core Local;
  give_drivers m core

(* ---- whose turn it is ---- *)

let patience_ns = 50_000_000

let is_late core since =
  since <> max_int && now_ns core - Hal.Core.ns_of_ticks since >= patience_ns

(* In the order of priority. But what was passed over for the patience of a core has a turn. *)
let is_fair_ones_turn core =
  if core.drivers_first_since = max_int then core.drivers_first_since <- core.since;
  let late = is_late core core.drivers_first_since in
  if late then core.drivers_first_since <- core.since;
  late

let pop_fair core =
  core.drivers_first_since <- max_int;
  core.turns <- core.turns + 1;
  let both = Fair.length core.virtual_ > 0 && Fair.length core.local > 0 in
  if not both then core.virtual_first_since <- max_int
  else if core.virtual_first_since = max_int then core.virtual_first_since <- core.since;
  if both && is_late core core.virtual_first_since then begin
    core.virtual_first_since <- max_int;
    Fair.pop core.local
  end
  else if Fair.length core.virtual_ > 0 then Fair.pop core.virtual_
  else Fair.pop core.local

let[@inline] is_any_fair core = Fair.length core.virtual_ + Fair.length core.local > 0

let is_fair_next core =
  is_any_fair core && (Fifo.is_empty core.drivers || is_fair_ones_turn core)

(* ---- a fiber lets go of the core ---- *)

let finish core (task : task) error =
  end_turn core task;
  task.state <- Ended;
  core.ended <- core.ended + 1;
  task.born.some_ended <- true;
  let failed = match error with None -> 0 | Some _ -> 1 in
  Hal.Trace.record Fiber_end ~subject:task.id ~argument:failed;
  match error with None -> () | Some (e, backtrace) -> !report task e backtrace

let resume trigger (task : task) () =
  if not (Fiber.unsuspend task.fiber trigger) then task.urgent <- true;
  Placing.make_ready task

(* ---- the loop ----

   Whoever lets go of the core calls [next], and all calls are the last of their functions: the loop
   runs on one frame of its domain's stack, below which each fiber that goes on has its own stack.
   What comes from outside is looked at between rounds. *)

let start = ref (fun (_ : task) -> ()) (* below *)

let rec next core =
  if Fifo.is_round_over core.drivers then look core else turn core (Fifo.take core.drivers)

and turn core (task : task) =
  core.running <- task.id;
  Hal.Trace.record Fiber_run ~subject:task.id ~argument:0;
  match task.step with
  | Continue ->
      if Fiber.is_canceled task.fiber then Fiber.continue task.fiber task.yielded ()
      else Hal.Deep.continue task.yielded ()
  | Answer -> Hal.Deep.continue task.waiting (Fiber.canceled task.fiber)
  | Start -> !start task

and look core =
  core.running <- 0;
  if Hal.Core.has_events () then hand_out_events ();
  if core.deadlines.next <= core.since then Deadlines.fire core.deadlines ~now:core.since;
  if not (Inbox.is_empty core.inbox) then List.iter (receive core) (Inbox.take core.inbox);
  let m = !machine in
  if Idle.any m.idle then share_out m core;
  if core.stops then ()
  else if is_fair_next core then turn core (pop_fair core)
  else begin
    Fifo.start_round core.drivers;
    if Fifo.is_round_over core.drivers then begin
      wait m core;
      look core
    end
    else begin
      core.turns <- core.turns + Fifo.length core.drivers;
      turn core (Fifo.take core.drivers)
    end
  end

(* ---- what fibers ask for ---- *)

let yield_driver (task : task) k =
  let core = task.core in
  end_turn core task;
  task.yielded <- k;
  task.step <- Continue;
  Fifo.push core.drivers task;
  next core

let yield_fair (task : task) k =
  let core = task.core in
  end_turn core task;
  task.yielded <- k;
  task.step <- Continue;
  Placing.push core task;
  next core

(* From try_suspend on the task may run elsewhere: nothing of it is touched any more. *)
let await (task : task) trigger k =
  let core = task.core in
  end_turn core task;
  Hal.Trace.record Fiber_suspend ~subject:task.id ~argument:task.reason_number;
  task.waiting <- k;
  task.step <- Answer;
  task.state <- Waiting;
  if Fiber.try_suspend task.fiber trigger task () resume then next core
  else begin
    task.state <- Ready;
    Hal.Deep.continue k (Fiber.canceled task.fiber)
  end

let over (task : task) error =
  let core = task.core in
  finish core task error;
  next core

let answer (type a) (task : task) (asked : a Effect.t) (k : (a, unit) Hal.Deep.continuation) outer =
  match asked with
  | Fiber.Yield -> if task.terms.kind = Drivers then yield_driver task k else yield_fair task k
  | Trigger.Await trigger -> await task trigger k
  | Fiber.Current -> Hal.Deep.continue k task.fiber
  | Fiber.Spawn { fiber; main } -> Effects.spawn task fiber main k
  | Effects.This -> Hal.Deep.continue k task
  | Effects.Spawn_as { asked; fiber; main } -> Effects.spawn_asked task asked fiber main k
  | Computation.Cancel_after { seconds; exn; bt; computation } ->
      Effects.cancel_after task computation seconds exn bt k
  | _ -> Hal.Deep.pass_on asked k outer

let () =
  start :=
    fun task ->
      let retc () = over task None in
      let exnc e = over task (Some (e, Printexc.get_raw_backtrace ())) in
      let answer asked k outer = answer task asked k outer in
      Hal.Deep.run task.main task.fiber ~retc ~exnc { answer }

(* Its first task is not placed, as no loop runs yet. *)
let prepare core terms fiber main =
  Placing.push core (Effects.new_task core terms ~parent:0 fiber main)

let run index =
  let core = !machine.cores.(index) in
  Hal.Core.start core index;
  core.since <- Hal.Core.ticks ();
  look core

let stop () =
  let tell core =
    Inbox.push core.inbox nobody;
    Hal.Core.wake core.index
  in
  Array.iter tell !machine.cores
