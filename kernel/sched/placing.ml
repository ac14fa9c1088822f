open Core

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
    let at = Hal.Core.ticks_of_ns task.period_end_ns in
    ignore (Deadlines.add core.deadlines ~at release : Deadlines.entry)
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
let release m (task : Task.t) =
  if task.kind <> Drivers then Fair.release (fair m.cores.(task.core) task.kind) task

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

(* Where a task that may go anywhere gets the core the soonest, and with the least ado: here when no
   other waits here, as the running fiber is about to; else on an idle core. *)
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
