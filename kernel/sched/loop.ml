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

let wait (core : Core.t) =
  Idle.set core.idle core.index;
  if Inbox.is_empty core.inbox then begin
    clean_at_rest core;
    let before = Hal.Core.ticks () in
    core.waits <- core.waits + 1;
    Hal.Core.wait core.deadlines.next;
    core.since <- Hal.Core.ticks ();
    core.waited_ticks <- core.waited_ticks + core.since - before
  end;
  ignore (Idle.clear core.idle core.index : bool)

(* ---- giving work to idle cores ---- *)

let idle_among m core among =
  let target = Idle.find m.idle ~among in
  if target = core.index then -1 else target

let idle_for m core kind = idle_among m core m.members.(Kind.index kind)

let give m core target task =
  core.sent <- core.sent + 1;
  Placing.send m m.cores.(target) task

(* Who gives its only task away gets none, and whoever got it would give it away in turn. *)
let has_two core = ready core Drivers + ready core Virtual + ready core Local > 1

(* One that not every core may run. *)
let[@inline never] give_confined m core queue =
  let may_leave among = idle_among m core among >= 0 in
  let task = Fair.take_confined queue ~may_leave ~none:nobody in
  if task != nobody then
    match idle_among m core task.terms.among with
    | -1 -> Placing.push core task
    | target -> give m core target task

let give_fair m core kind =
  if ready core kind > 0 && has_two core then
    match idle_for m core kind with
    | -1 -> ()
    | target ->
        let queue = fair core kind in
        let task = Fair.take_movable queue ~none:nobody in
        if task != nobody then give m core target task else give_confined m core queue

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

let finish core (task : task) =
  task.state <- Ended;
  core.ended <- core.ended + 1;
  if task.is_registered then task.born.some_ended <- true

(* A driver that is woken on its own core needs no placing when no other core idles. *)
let[@inline] stays_here (core : Core.t) (task : task) =
  core.granted > 0
  && task.terms.kind = Drivers
  && Hal.Core.index () = core.index
  && not (Idle.any core.idle || Fifo.is_full core.drivers)

let resume trigger (task : task) () =
  let core = task.core in
  if not (Fiber.unsuspend task.fiber trigger) then Placing.make_ready task Urgent
  else if stays_here core task then begin
    task.state <- Answered;
    Fifo.push_not_full core.drivers task
  end
  else Placing.make_ready task Answered

(* ---- the loop ----

   Whoever lets go of the core calls [next], and all calls are the last of their functions: the loop
   runs on one frame of its domain's stack, below which each fiber that goes on has its own stack.
   While quick turns are left the drivers go on round after round; else it looks around. *)

let start = ref (fun (_ : task) -> ()) (* below *)

let[@inline never] go_on_canceled (task : task) = Fiber.continue task.fiber task.yielded.kept ()

let[@inline] go_on_answered (task : task) =
  task.state <- Ready;
  Hal.Deep.continue task.waiting (Fiber.canceled task.fiber)

let[@inline never] go_on_otherwise (task : task) =
  match task.state with
  | New ->
      task.state <- Ready;
      !start task
  | _ -> go_on_canceled task

let[@inline] goes_on_plainly (task : task) =
  task.state = Ready && not (Fiber.is_canceled task.fiber)

let go_on core (task : task) =
  core.running <- task.id;
  if task.state = Answered then go_on_answered task
  else if goes_on_plainly task then Hal.Deep.continue task.yielded.kept ()
  else go_on_otherwise task

let go_on_timed core (task : task) =
  Hal.Trace.record Fiber_run ~subject:task.id ~argument:0;
  go_on core task

let rec look (core : Core.t) =
  core.running <- 0;
  if core.granted > 0 then end_quick_turns core;
  if Hal.Core.has_events () then hand_out_events ();
  if core.deadlines.next <= core.since then Deadlines.fire core.deadlines ~now:core.since;
  if not (Inbox.is_empty core.inbox) then List.iter (receive core) (Inbox.take core.inbox);
  if Idle.any core.idle then share_out !machine core;
  if not core.stops then choose core

and choose core =
  if is_fair_next core then go_on_timed core (pop_fair core)
  else begin
    if Fifo.is_round_over core.drivers then Fifo.start_round core.drivers;
    if Fifo.is_round_over core.drivers then begin
      wait core;
      look core
    end
    else begin
      ignore (Fifo.allow core.drivers 1 : int);
      go_on_timed core (Fifo.take core.drivers)
    end
  end

let[@inline] go_on_allowed core allowed =
  if allowed = 0 then look core
  else begin
    core.quick <- core.quick - allowed;
    go_on core (Fifo.take core.drivers)
  end

let[@inline never] next_in_round core = go_on_allowed core (Fifo.allow core.drivers core.quick)

let[@inline never] next_urgent core =
  Fifo.start_round core.drivers;
  next_in_round core

let next_quick core =
  let queue = core.drivers in
  if not (Fifo.is_round_over queue) then next_in_round core
  else if Fifo.has_urgent queue then next_urgent core
  else go_on_allowed core (Fifo.start_round_allowing queue core.quick)

let next core =
  if Fifo.allowed core.drivers > 0 then go_on core (Fifo.take core.drivers)
  else if core.quick > 0 then (next_quick [@inlined never]) core
  else look core

(* ---- what fibers ask for ---- *)

let[@inline never] yield_to_others (task : task) k =
  let core = task.core in
  task.yielded.kept <- k;
  end_turn core task;
  Placing.push core task;
  next core

let move (task : task) k =
  let core = task.core in
  task.yielded.kept <- k;
  end_turn core task;
  Placing.put !machine core task;
  next core

(* When no other driver is ready a driver goes on itself, while quick turns are left. Others' turns
   are long: each time the loop looks around. *)
let[@inline never] yield_otherwise (task : task) k =
  let core = task.core in
  if core.quick > 0 && task.terms.kind = Drivers && Fifo.is_empty core.drivers then begin
    core.quick <- core.quick - 1;
    end_quick_turn task;
    if Fiber.is_canceled task.fiber then Fiber.continue task.fiber k ()
    else Hal.Deep.continue k ()
  end
  else yield_to_others task k

(* The usual way: among drivers, on with the next one. Only quick turns are allowed ahead. *)
let yield (task : task) k =
  let core = task.core in
  let queue = core.drivers in
  if Fifo.can_rotate queue then begin
    let next = Fifo.rotate queue task in
    end_quick_turn task;
    core.running <- next.id;
    if goes_on_plainly next then Hal.Deep.keep_and_continue task.yielded k next.yielded.kept ()
    else begin
      task.yielded.kept <- k;
      go_on core next
    end
  end
  else yield_otherwise task k

let end_turn_to_wait core (task : task) =
  end_timed_turn core task;
  if Hal.Trace.recording () then
    Hal.Trace.record Fiber_suspend ~subject:task.id ~argument:(Hal.Trace.reason task.reason)

(* From try_suspend on the task may run elsewhere: nothing of it is touched any more. *)
let await (task : task) trigger k =
  let core = task.core in
  if core.granted > 0 then end_quick_turn task else end_turn_to_wait core task;
  if not task.is_registered then register core task;
  task.waiting <- k;
  task.state <- Waiting;
  if Fiber.try_suspend task.fiber trigger task () resume then next core
  else begin
    if core.granted > 0 then end_quick_turns core;
    task.state <- Ready;
    Hal.Deep.continue k (Fiber.canceled task.fiber)
  end

let end_task core (task : task) ~failed =
  end_turn core task;
  finish core task;
  Hal.Trace.record Fiber_end ~subject:task.id ~argument:failed

let[@inline never] over_timed core task =
  end_task core task ~failed:0;
  next core

let over (task : task) =
  let core = task.core in
  if core.granted > 0 then begin
    finish core task;
    next core
  end
  else over_timed core task

let failed e =
  let backtrace = Printexc.get_raw_backtrace () in
  let task = running (Hal.Core.index ()) in
  let core = task.core in
  end_task core task ~failed:1;
  !report task e backtrace;
  next core

let tell_fiber (task : task) k = Hal.Deep.continue k task.fiber
let tell_task (task : task) k = Hal.Deep.continue k task

(* Calls functions alone, as their last act: so the way to each is short. *)
let[@inline] answer (type a) task (asked : a Effect.t) (k : (a, unit) Hal.Deep.continuation) outer =
  match asked with
  | Fiber.Yield -> (yield [@inlined never]) task k
  | Trigger.Await trigger -> (await [@inlined never]) task trigger k
  | Fiber.Spawn { fiber; main } -> (Effects.spawn [@inlined never]) task fiber main k
  | Fiber.Current -> (tell_fiber [@inlined never]) task k
  | Effects.This -> (tell_task [@inlined never]) task k
  | Effects.Spawn_as { asked; fiber; main } ->
      (Effects.spawn_asked [@inlined never]) task asked fiber main k
  | Computation.Cancel_after { seconds; exn; bt; computation } ->
      (Effects.cancel_after [@inlined never]) task computation seconds exn bt k
  | Effects.Move -> (move [@inlined never]) task k
  | _ -> Hal.Deep.pass_on asked k outer

let () =
  start :=
    fun task ->
      let retc () = over task in
      let answer asked k outer = answer task asked k outer in
      Hal.Deep.run task.main task.fiber ~retc ~exnc:failed { answer }

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
