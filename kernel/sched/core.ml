[@@@alert "-handler"] (* this is one *)

open Picos

type counts = {
  mutable spawned : int;
  mutable ended : int;
  mutable sent : int;
  mutable received : int;
  mutable waits : int;
  mutable waited_ticks : int;
}

(* The drivers' queue is in the loop's arguments; [woken] has, the latest first, what joins it next. *)
type t = {
  mutable turns : int; (* first: runtime/loop.h knows these three *)
  mutable running : int; (* a task's id; 0 between tasks *)
  mutable tasks : Task.t array; (* made here: [nr_tasks] of them, ended ones too until the next sweep *)
  mutable nr_tasks : int;
  mutable some_ended : bool; (* of [tasks]; set by any core *)
  mutable swept_at : int; (* [counts.spawned] at the last sweep *)
  index : int;
  serves : bool array;
  mutable woken : Fifo.t;
  mutable nr_drivers : int; (* ready ones, [woken] and the running one included *)
  mutable nr_fair : int; (* ready ones of both the others *)
  virtual_ : Fair.t;
  local : Fair.t;
  inbox : Task.t Inbox.t;
  deadlines : Deadlines.t;
  mutable turn : int; (* of Hal.Core.turn, when the running turn began *)
  mutable drivers_first_since : int; (* since when others wait for the drivers here; max_int: they don't *)
  mutable virtual_first_since : int; (* since when local ones wait for virtual ones *)
  counts : counts;
}

type machine = { cores : t array; idle : Idle.t; members : int array array (* by kind *) }

exception Hog

let create ~kinds index =
  {
    turns = 0;
    running = 0;
    tasks = Array.make 256 Task.none;
    nr_tasks = 0;
    some_ended = false;
    swept_at = 0;
    index;
    serves = Array.of_list (List.map (fun kind -> List.mem kind kinds) Kind.all);
    woken = Empty;
    nr_drivers = 0;
    nr_fair = 0;
    virtual_ = Fair.create ();
    local = Fair.create ();
    inbox = Inbox.create ();
    deadlines = Deadlines.create ();
    turn = 0;
    drivers_first_since = max_int;
    virtual_first_since = max_int;
    counts = { spawned = 0; ended = 0; sent = 0; received = 0; waits = 0; waited_ticks = 0 };
  }

let machine = ref { cores = [||]; idle = Idle.create 0; members = [||] }

let configure ~cores kinds_of =
  let all = List.init cores Fun.id in
  let members kind = Idle.mask cores (List.filter (fun core -> List.mem kind (kinds_of core)) all) in
  machine :=
    {
      cores = Array.init cores (fun index -> create ~kinds:(kinds_of index) index);
      idle = Idle.create cores;
      members = Array.of_list (List.map members Kind.all);
    }

let serves core kind = core.serves.(Kind.index kind)
let fair core : Kind.t -> Fair.t = function Local -> core.local | Virtual | Drivers -> core.virtual_
let[@inline] ticks core = Hal.Core.ticks core.turn
let now_ns core = Hal.Core.ns_of_ticks (ticks core)

(* Besides the running one. *)
let ready core : Kind.t -> int = function
  | Drivers -> if core.running = 0 || core.nr_drivers = 0 then core.nr_drivers else core.nr_drivers - 1
  | Virtual -> Fair.length core.virtual_
  | Local -> Fair.length core.local

(* ---- readiness ---- *)

(* Each period pays for its quota; what was run beyond it is a debt to the next. *)
let pay (task : Task.t) ~now =
  if now >= task.period_end_ns then begin
    let periods = ((now - task.period_end_ns) / task.period_ns) + 1 in
    task.used_ns <- max 0 (task.used_ns - (periods * task.quota_ns));
    task.period_end_ns <- task.period_end_ns + (periods * task.period_ns)
  end

let is_spent core (task : Task.t) =
  task.quota_ns > 0
  && begin
       pay task ~now:(now_ns core);
       task.used_ns >= task.quota_ns
     end

let push_fair core (task : Task.t) =
  let queue = fair core task.kind in
  if task.urgent then begin
    task.urgent <- false;
    Fair.push_first queue task
  end
  else Fair.push queue task;
  core.nr_fair <- core.nr_fair + 1

let rec push_within_budget core (task : Task.t) =
  if is_spent core task && not task.urgent then begin
    task.state <- Throttled;
    let release () =
      task.state <- Ready;
      push_within_budget core task
    in
    ignore (Deadlines.add core.deadlines ~at:(Hal.Core.ticks_of_ns task.period_end_ns) release : Deadlines.entry)
  end
  else push_fair core task

let[@inline] push_driver core task step =
  core.nr_drivers <- core.nr_drivers + 1;
  core.woken <- Cons { task; step; next = core.woken }

(* Puts a task in its queue on this core. *)
let push core (task : Task.t) =
  match task.kind with
  | Drivers -> push_driver core task task.step
  | Virtual | Local -> push_within_budget core task

let wake m index = if Idle.clear m.idle index then Hal.Core.wake index

(* Leaves this core, or the one it was on last, for another. *)
let release m (task : Task.t) = if task.kind <> Drivers then Fair.release (fair m.cores.(task.core) task.kind) task

let adopt core (task : Task.t) =
  core.counts.received <- core.counts.received + 1;
  if task.kind <> Drivers then Fair.adopt (fair core task.kind) task;
  Hal.Trace.record Fiber_steal ~subject:task.id ~argument:task.core;
  task.core <- core.index

let send m target (task : Task.t) =
  if target <> task.core then release m task;
  Inbox.push m.cores.(target).inbox task;
  wake m target

let receive core (task : Task.t) =
  if task.core <> core.index then adopt core task;
  push core task

(* Where a task that may go anywhere gets the core the soonest, and with the least ado: here when no other waits
   here, as the running fiber is about to; else on an idle core. *)
let place m here (task : Task.t) =
  let kind = task.kind in
  let first = if kind = Drivers && serves here kind then here.index else task.core in
  if first = here.index && ready here kind = 0 && serves here kind then first
  else if Idle.mem m.idle first && serves m.cores.(first) kind then first
  else
    match Idle.find m.idle ~among:m.members.(Kind.index kind) with
    | -1 -> if serves m.cores.(first) kind then first else Idle.first m.members.(Kind.index kind)
    | idle -> idle

let put_here m here (task : Task.t) =
  if task.core <> here.index then begin
    release m task;
    adopt here task
  end;
  push here task

let put m here task target =
  if target = here.index then put_here m here task
  else begin
    here.counts.sent <- here.counts.sent + 1;
    send m target task
  end

(* From any thread. *)
let make_ready (task : Task.t) =
  let m = !machine in
  task.state <- Ready;
  Hal.Trace.record Fiber_wake ~subject:task.id ~argument:task.core;
  match Hal.Core.index () with
  | -1 -> send m task.core task (* a thread of the runtime that is no loop *)
  | index ->
      let here = m.cores.(index) in
      put m here task (if task.bound >= 0 then task.bound else place m here task)

(* ---- accounting: at the end of each turn, while the task is still this core's ---- *)

let charge_fair (task : Task.t) ran =
  Fair.charge task ran;
  task.used_ns <- task.used_ns + ran

let end_turn core (task : Task.t) =
  let before = ticks core in
  core.turn <- Hal.Core.turn ();
  core.turns <- core.turns + 1;
  task.turns <- task.turns + 1;
  task.run_ticks <- task.run_ticks + ticks core - before;
  if task.kind <> Drivers then charge_fair task (now_ns core - Hal.Core.ns_of_ticks before)

(* ---- the register of tasks ---- *)

let sweep core =
  core.some_ended <- false;
  core.swept_at <- core.counts.spawned;
  let live = ref 0 in
  for i = 0 to core.nr_tasks - 1 do
    let task = core.tasks.(i) in
    if task.state <> Ended then begin
      core.tasks.(!live) <- task;
      incr live
    end
  done;
  Array.fill core.tasks !live (core.nr_tasks - !live) Task.none;
  core.nr_tasks <- !live;
  let size = Array.length core.tasks in
  if 2 * !live > size then core.tasks <- Array.append core.tasks (Array.make size Task.none)

(* When it idles a core lets go of tasks that ended; of many only when a fair part of them may have. *)
let sweep_at_rest core =
  if core.some_ended && (core.nr_tasks < 64 || 4 * (core.counts.spawned - core.swept_at) > core.nr_tasks) then sweep core

let register core task =
  if core.nr_tasks = Array.length core.tasks then sweep core;
  core.tasks.(core.nr_tasks) <- task;
  core.nr_tasks <- core.nr_tasks + 1;
  core.counts.spawned <- core.counts.spawned + 1

(* Unique among all cores. *)
let next_id core = (core.counts.spawned * Array.length !machine.cores) + core.index + 1

(* ---- the effects ---- *)

let resume trigger (task : Task.t) () =
  let permitted = Fiber.unsuspend task.fiber trigger in
  task.urgent <- not permitted;
  make_ready task

(* From try_suspend on the task may run elsewhere: nothing of it is touched any more. *)
let await (task : Task.t) trigger k =
  let core = !machine.cores.(task.core) in
  end_turn core task;
  Hal.Trace.record Fiber_suspend ~subject:task.id ~argument:task.reason_number;
  task.step <- Answer k;
  task.state <- Waiting;
  if Fiber.try_suspend task.fiber trigger task () resume then Task.Suspended
  else begin
    task.state <- Running;
    Fiber.resume task.fiber k
  end

let check_spec m (task : Task.t) =
  if task.bound >= Array.length m.cores then invalid_arg "Sched: there is no such core"
  else if task.bound >= 0 && not (serves m.cores.(task.bound) task.kind) then
    invalid_arg (Printf.sprintf "Sched: core %d is not of the scheduler %s" task.bound (Kind.to_string task.kind))
  else if Idle.first m.members.(Kind.index task.kind) < 0 then
    invalid_arg (Printf.sprintf "Sched: no core is of the scheduler %s" (Kind.to_string task.kind))

let start_task m core (parent : Task.t) fiber main =
  let task = Task.create ~parent ~id:(next_id core) ~core:core.index fiber in
  let step = Task.Start main in
  if task.bound >= 0 || not (serves core task.kind) then check_spec m task;
  if task.kind <> Drivers then Fair.adopt (fair core task.kind) task;
  register core task;
  Hal.Trace.name Fiber task.id task.name;
  Hal.Trace.record Fiber_start ~subject:task.id ~argument:parent.id;
  let target = if task.bound >= 0 then task.bound else place m core task in
  if task.kind = Drivers && target = core.index then push_driver core task step
  else begin
    task.step <- step;
    put m core task target
  end

let spawn (parent : Task.t) fiber main k =
  let m = !machine in
  match Fiber.canceled parent.fiber with
  | Some (e, backtrace) -> Effect.Deep.discontinue_with_backtrace k e backtrace
  | None -> (
      match start_task m m.cores.(parent.core) parent fiber main with
      | () -> Effect.Deep.continue k ()
      | exception e -> Effect.Deep.discontinue k e)

let largest_seconds = 1e9

let cancel_at core (type a) (computation : a Computation.t) ~at e backtrace =
  let fire () = Computation.cancel computation e backtrace in
  let entry = Deadlines.add core.deadlines ~at fire in
  let forget _ entry () = Deadlines.cancel entry in
  let over = Trigger.from_action entry () forget in
  if not (Computation.try_attach computation over) then Deadlines.cancel entry

let cancel_after (task : Task.t) computation seconds e backtrace k =
  match Fiber.canceled task.fiber with
  | Some (e, backtrace) -> Effect.Deep.discontinue_with_backtrace k e backtrace
  | None when seconds > largest_seconds ->
      Effect.Deep.discontinue k (Invalid_argument "Computation.cancel_after: more than 1e9 seconds")
  | None ->
      let at = Hal.Core.ns_of_ticks (Hal.Core.ticks (Hal.Core.turn ())) + int_of_float (Float.ceil (seconds *. 1e9)) in
      cancel_at !machine.cores.(task.core) computation ~at:(Hal.Core.ticks_of_ns at) e backtrace;
      Effect.Deep.continue k ()

type _ Effect.t += This : Task.t Effect.t

let this () = Effect.perform This
let yield = Some (fun k -> Task.Continue k)

let effects (type a) (task : Task.t) (asked : a Effect.t) : ((a, Task.step) Effect.Deep.continuation -> Task.step) option =
  match asked with
  | Fiber.Yield -> yield
  | Fiber.Current -> Some (fun k -> Effect.Deep.continue k task.fiber)
  | Trigger.Await trigger -> Some (fun k -> await task trigger k)
  | Fiber.Spawn { fiber; main } -> Some (fun k -> spawn task fiber main k)
  | Computation.Cancel_after { seconds; exn; bt; computation } ->
      Some (fun k -> cancel_after task computation seconds exn bt k)
  | This -> Some (fun k -> Effect.Deep.continue k task)
  | _ -> None

let over () = Task.Over
let failed e = Task.Failed (e, Printexc.get_raw_backtrace ())

let go_on (task : Task.t) : Task.step -> Task.step = function
  | Continue k -> Fiber.continue task.fiber k ()
  | Answer k -> Fiber.resume task.fiber k
  | Start main ->
      let effc asked = effects task asked in
      Effect.Deep.match_with main task.fiber { retc = over; exnc = failed; effc }
  | (Suspended | Over | Failed _) as step -> step

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

   It goes round after round: in each, every task of [front] has a turn; those that yield, and those that are woken
   meanwhile, make the next one. What comes from outside is looked at between rounds. *)

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
  if core.nr_fair = 0 && (core.nr_drivers = 1 || not (Idle.any !machine.idle)) && front != Empty then next core front Empty
  else choose core front

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
  if front == Fifo.Empty && core.nr_fair = 0 && core.woken == Fifo.Empty && not (Hal.Core.has_events core.turn) then wait m core;
  next core front Empty

(* Its first task is not placed, as no loop runs yet. *)
let prepare core fiber main =
  let task = Task.create ~parent:Task.none ~id:(next_id core) ~core:core.index fiber in
  check_spec !machine task;
  register core task;
  task.step <- Start main;
  push core task

let loop index =
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
