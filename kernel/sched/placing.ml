open Core

(* Each period pays for its quota; what was run beyond it is a debt to the next. *)
let pay (task : task) ~now =
  if now >= task.period_end_ns then begin
    let periods = ((now - task.period_end_ns) / task.terms.period_ns) + 1 in
    task.used_ns <- Int.max 0 (task.used_ns - (periods * task.terms.quota_ns));
    task.period_end_ns <- task.period_end_ns + (periods * task.terms.period_ns)
  end

let is_spent core (task : task) =
  task.terms.quota_ns > 0
  && begin
       pay task ~now:(now_ns core);
       task.used_ns >= task.terms.quota_ns
     end

let push_fair core (task : task) =
  let queue = fair core task.terms.kind in
  if task.urgent then begin
    task.urgent <- false;
    Fair.push_first queue task
  end
  else Fair.push queue task

let rec push_within_budget core (task : task) =
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

let push_driver core (task : task) =
  if task.urgent then begin
    task.urgent <- false;
    Fifo.push_urgent core.drivers task
  end
  else Fifo.push core.drivers task

let[@inline] push core (task : task) =
  match task.terms.kind with
  | Drivers -> push_driver core task
  | Virtual | Local -> push_within_budget core task

let wake m index = if Idle.clear m.idle index then Hal.Core.wake index

(* Leaves the core that it was on last for another. *)
let release (task : task) =
  if task.terms.kind <> Drivers then Fair.release (fair task.core task.terms.kind) task

let adopt core (task : task) =
  core.received <- core.received + 1;
  if task.terms.kind <> Drivers then Fair.adopt (fair core task.terms.kind) task;
  Hal.Trace.record Fiber_steal ~subject:task.id ~argument:task.core.index;
  task.core <- core

let send m target (task : task) =
  if target != task.core then release task;
  Inbox.push target.inbox task;
  wake m target.index

let receive core (task : task) =
  if task.core != core then adopt core task;
  push core task

(* Where a task that may go anywhere gets the core the soonest, and with the least ado: here when no
   other waits here, as the running fiber is about to; else on an idle core. *)
let place m here (task : task) =
  let kind = task.terms.kind in
  let first = if kind = Drivers && serves here kind then here else task.core in
  if first == here && ready here kind = 0 && serves here kind then first
  else if Idle.mem m.idle first.index && serves first kind then first
  else
    let members = m.members.(Kind.index kind) in
    match Idle.find m.idle ~among:members with
    | -1 -> if serves first kind then first else m.cores.(Idle.first members)
    | idle -> m.cores.(idle)

let put_here here (task : task) =
  if task.core != here then begin
    release task;
    adopt here task
  end;
  push here task

let put m here (task : task) =
  let bound = task.terms.bound in
  let target = if bound >= 0 then m.cores.(bound) else place m here task in
  if target == here then put_here here task
  else begin
    here.sent <- here.sent + 1;
    send m target task
  end

(* On its own core there is nothing to choose when no core idles. *)
let make_ready (task : task) =
  let m = !machine in
  task.state <- Ready;
  Hal.Trace.record Fiber_wake ~subject:task.id ~argument:task.core.index;
  match Hal.Core.index () with
  | -1 -> send m task.core task (* a thread of the runtime that is no loop *)
  | index ->
      let here = m.cores.(index) in
      if task.core == here && not (Idle.any m.idle) then push here task else put m here task
