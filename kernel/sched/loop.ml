open Core
open Placing
open Effects

let report = ref (fun (_ : Task.t) _ _ -> ())

(* ---- what happens outside of fibers ---- *)

let rec hand_out_events () =
  match Hal.Core.next_event () with
  | -1 -> ()
  | number ->
      Events.deliver number;
      hand_out_events ()

exception Stop

let rec receive_all core = function
  | [] -> ()
  | task :: _ when task == Task.none -> raise_notrace Stop
  | task :: rest ->
      receive core task;
      receive_all core rest

let wait m core =
  core.running <- 0;
  Idle.set m.idle core.index;
  if Inbox.is_empty core.inbox then begin
    sweep_at_rest core;
    let since = ticks core in
    core.counts.waits <- core.counts.waits + 1;
    Hal.Core.wait core.deadlines.next;
    core.turn <- Hal.Core.turn ();
    core.counts.waited_ticks <- core.counts.waited_ticks + ticks core - since
  end;
  ignore (Idle.clear m.idle core.index : bool)

(* ---- giving work to idle cores ---- *)

let idle_for m core (kind : Kind.t) =
  let target = Idle.find m.idle ~among:m.members.(Kind.index kind) in
  if target = core.index then -1 else target

let give m core target task =
  core.counts.sent <- core.counts.sent + 1;
  send m target task

let give_fair m core (kind : Kind.t) =
  if ready core kind > 0 then begin
    let target = idle_for m core kind in
    if target >= 0 then begin
      let task = Fair.take_movable (fair core kind) in
      if task != Task.none then begin
        core.nr_fair <- core.nr_fair - 1;
        give m core target task
      end
    end
  end

(* One to each idle core, but one stays. Returns what stays. *)
let rec give_drivers m core (front : Fifo.t) =
  match front with
  | Cons { task; step; next = Cons _ as next } when task.bound < 0 -> (
      match idle_for m core Drivers with
      | -1 -> front
      | target ->
          core.nr_drivers <- core.nr_drivers - 1;
          task.step <- step;
          give m core target task;
          give_drivers m core next)
  | Cons { task; step; next = Cons _ as next } ->
      Cons { task; step; next = give_drivers m core next }
  | front -> front

(* ---- turns ---- *)

let patience_ns = 50_000_000

let is_late core since = since <> max_int && now_ns core - Hal.Core.ns_of_ticks since >= patience_ns

(* In the order of priority. But what was passed over for the patience of a core has a turn. *)
let is_fair_ones_turn core =
  if core.drivers_first_since = max_int then core.drivers_first_since <- ticks core;
  let late = is_late core core.drivers_first_since in
  if late then core.drivers_first_since <- ticks core;
  late

let pop_fair core =
  core.drivers_first_since <- max_int;
  core.nr_fair <- core.nr_fair - 1;
  let both = Fair.length core.virtual_ > 0 && Fair.length core.local > 0 in
  if not both then core.virtual_first_since <- max_int
  else if core.virtual_first_since = max_int then core.virtual_first_since <- ticks core;
  if both && is_late core core.virtual_first_since then begin
    core.virtual_first_since <- max_int;
    Fair.pop core.local
  end
  else if Fair.length core.virtual_ > 0 then Fair.pop core.virtual_
  else Fair.pop core.local

let finish core (task : Task.t) error =
  end_turn core task;
  if task.step != Over then task.step <- Over;
  task.state <- Ended;
  core.counts.ended <- core.counts.ended + 1;
  !machine.cores.(task.born).some_ended <- true;
  Hal.Trace.record Fiber_end ~subject:task.id ~argument:(if Option.is_none error then 0 else 1);
  match error with None -> () | Some (e, backtrace) -> !report task e backtrace

let[@inline] begin_turn core (task : Task.t) =
  core.running <- task.id;
  task.state <- Running;
  Hal.Trace.record Fiber_run ~subject:task.id ~argument:0

(* True when it yielded; [step] is what go_on answered. *)
let let_go core (task : Task.t) (step : Task.step) =
  match step with
  | Continue _ ->
      end_turn core task;
      task.state <- Ready;
      true
  | Over ->
      finish core task None;
      false
  | Failed (e, backtrace) ->
      finish core task (Some (e, backtrace));
      false
  | Suspended | Start _ | Answer _ -> false

let run_fair core =
  let task = pop_fair core in
  begin_turn core task;
  let step = go_on task task.step in
  if let_go core task step then begin
    task.step <- step;
    push core task
  end

(* ---- the loop: [front] and [back] are the drivers' queue ----

   It goes round after round: in each, every task of [front] has a turn; those that yield, and those
   that are woken meanwhile, make the next one. What comes from outside is looked at between rounds.
   *)

let rec next core (front : Fifo.t) (back : Fifo.t) =
  match front with
  | Empty -> between core back
  | Cons { task; step; next = rest } -> (
      begin_turn core task;
      match go_on task step with
      | Continue _ as step -> (
          end_turn core task;
          task.state <- Ready;
          match core.woken with
          | Empty -> next core rest (Cons { task; step; next = back })
          | woken ->
              (* behind those that it woke *)
              core.woken <- Cons { task; step; next = woken };
              next core rest back)
      | step ->
          core.nr_drivers <- core.nr_drivers - 1;
          ignore (let_go core task step : bool);
          next core rest back)

and between core back =
  core.running <- 0;
  if Hal.Core.has_events core.turn then hand_out_events ();
  if core.deadlines.next <= ticks core then Deadlines.fire core.deadlines ~now:(ticks core);
  if not (Inbox.is_empty core.inbox) then receive_all core (Inbox.take core.inbox);
  let front =
    match core.woken with
    | Empty -> Fifo.reverse back
    | woken ->
        core.woken <- Empty;
        Fifo.urgent_first (Fifo.reverse_onto (Fifo.reverse woken) back)
  in
  let all_stay = core.nr_drivers = 1 || not (Idle.any !machine.idle) in
  if core.nr_fair = 0 && all_stay && front != Empty then next core front Empty else choose core front

and choose core front =
  if core.nr_fair > 0 && (front == Fifo.Empty || is_fair_ones_turn core) then run_fair core;
  let m = !machine in
  let front =
    if Idle.any m.idle then begin
      give_fair m core Virtual;
      give_fair m core Local;
      give_drivers m core front
    end
    else front
  in
  let nothing_ready = front == Fifo.Empty && core.nr_fair = 0 && core.woken == Fifo.Empty in
  if nothing_ready && not (Hal.Core.has_events core.turn) then wait m core;
  next core front Empty

(* Its first task is not placed, as no loop runs yet. *)
let prepare core fiber main =
  let task = Task.create ~parent:Task.none ~id:(next_id core) ~core:core.index fiber in
  check_spec !machine task;
  register core task;
  task.step <- Start main;
  push core task

let run index =
  let core = !machine.cores.(index) in
  Hal.Core.start core index;
  core.turn <- Hal.Core.turn ();
  try between core Empty with Stop -> ()

let stop () =
  let tell core =
    Inbox.push core.inbox Task.none;
    Hal.Core.wake core.index
  in
  Array.iter tell !machine.cores
