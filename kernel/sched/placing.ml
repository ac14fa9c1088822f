open Core

(* Each period pays for its quota; what was run beyond it is a debt to the next. *)
let pay ({ terms; share; _ } : task) ~now =
  if now >= share.period_end_ns then begin
    let periods = ((now - share.period_end_ns) / terms.period_ns) + 1 in
    share.used_ns <- Int.max 0 (share.used_ns - (periods * terms.quota_ns));
    share.period_end_ns <- share.period_end_ns + (periods * terms.period_ns)
  end

let is_spent core (task : task) =
  task.terms.quota_ns > 0
  && begin
       pay task ~now:(now_ns core);
       task.share.used_ns >= task.terms.quota_ns
     end

let rec push_fair core (task : task) =
  let queue = fair core task.terms.kind in
  if task.state = Urgent then begin
    task.state <- Answered;
    Fair.push_first queue task
  end
  else if is_spent core task then begin
    let before = task.state in
    let release () =
      task.state <- before;
      push_fair core task
    in
    task.state <- Throttled;
    let at = Hal.Core.ticks_of_ns task.share.period_end_ns in
    ignore (Deadlines.add core.deadlines ~at release : Deadlines.entry)
  end
  else Fair.push queue task

let push core (task : task) =
  if task.terms.kind <> Drivers then push_fair core task
  else if task.state = Urgent then begin
    task.state <- Answered;
    Fifo.push_urgent core.drivers task
  end
  else Fifo.push core.drivers task

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

(* The same for one that is confined to some. *)
let place_among m here (task : task) among =
  let first = task.core in
  let may_stay = Idle.is_in among first.index in
  let is_free = Idle.mem m.idle first.index || (first == here && ready here task.terms.kind = 0) in
  if may_stay && is_free then first
  else
    match Idle.find m.idle ~among with
    | -1 -> if may_stay then first else m.cores.(Idle.first among)
    | idle -> m.cores.(idle)

let put_here here (task : task) =
  if task.core != here then begin
    release task;
    adopt here task
  end;
  push here task

let put_elsewhere m here (task : task) =
  let { Task.bound; among; _ } = task.terms in
  let target =
    if bound < 0 then place m here task
    else if among = [||] then m.cores.(bound)
    else place_among m here task among
  in
  if target == here then put_here here task
  else begin
    here.sent <- here.sent + 1;
    send m target task
  end

(* On its own core there is nothing to choose when no core idles. *)
let put m here (task : task) =
  let { Task.bound; kind; _ } = task.terms in
  if task.core == here && bound < 0 && serves here kind && not (Idle.any here.idle) then
    push here task
  else put_elsewhere m here task

let make_ready (task : task) state =
  let m = !machine in
  task.state <- state;
  Hal.Trace.record Fiber_wake ~subject:task.id ~argument:task.core.index;
  match Hal.Core.index () with
  | -1 -> send m task.core task (* a thread of the runtime that is no loop *)
  | index ->
      let here : Core.t = m.cores.(index) in
      if task.core == here && not (Idle.any here.idle) then push here task else put m here task
