[@@@alert "-handler"] (* this is one *)

open Picos

type counts = {
  mutable turns : int;
  mutable spawned : int;
  mutable ended : int;
  mutable sent : int;
  mutable received : int;
  mutable waits : int;
  mutable waited_ns : int;
}

type t = {
  mutable current : Task.t; (* first: runtime/loop.h *)
  index : int;
  serves : bool array;
  drivers : Fifo.t;
  virtual_ : Fair.t;
  local : Fair.t;
  inbox : Inbox.t;
  deadlines : Deadlines.t;
  mutable turn : int; (* of the latest Hal.Core.turn *)
  mutable passed_over_ns : int; (* since when a kind of lower priority waits for one of higher *)
  mutable tasks : Task.t array; (* made here: [nr_tasks] of them, ended ones too until the next sweep *)
  mutable nr_tasks : int;
  counts : counts;
}

type machine = { cores : t array; idle : Idle.t; members : int array array (* by kind *) }

exception Hog

let create ~kinds index =
  {
    current = Task.none;
    index;
    serves = Array.of_list (List.map (fun kind -> List.mem kind kinds) Kind.all);
    drivers = Fifo.create ();
    virtual_ = Fair.create ();
    local = Fair.create ();
    inbox = Inbox.create ();
    deadlines = Deadlines.create ();
    turn = 0;
    passed_over_ns = max_int;
    tasks = Array.make 16 Task.none;
    nr_tasks = 0;
    counts = { turns = 0; spawned = 0; ended = 0; sent = 0; received = 0; waits = 0; waited_ns = 0 };
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

let now_ns core = Hal.Core.now core.turn
let serves core kind = core.serves.(Kind.index kind)

let ready core : Kind.t -> int = function
  | Drivers -> Fifo.length core.drivers
  | Virtual -> Fair.length core.virtual_
  | Local -> Fair.length core.local

let fair core : Kind.t -> Fair.t = function Local -> core.local | Virtual | Drivers -> core.virtual_

(* ---- readiness ---- *)

let rec push core (task : Task.t) =
  let urgent = task.urgent in
  task.urgent <- false;
  match task.kind with
  | Drivers -> if urgent then Fifo.push_first core.drivers task else Fifo.push core.drivers task
  | kind ->
      if task.quota_ns > 0 && (not urgent) && is_spent core task then throttle core task
      else if urgent then Fair.push_first (fair core kind) task
      else Fair.push (fair core kind) task

and is_spent core task = task.used_ns >= task.quota_ns && now_ns core < task.period_end_ns

and throttle core task =
  task.state <- Throttled;
  let release () =
    task.state <- Ready;
    push core task
  in
  ignore (Deadlines.add core.deadlines ~at_ns:task.period_end_ns release : Deadlines.entry)

let wake m index = if Idle.clear m.idle index then Hal.Core.wake index

let send m target (task : Task.t) =
  if target <> task.core && task.kind <> Drivers then Fair.release (fair m.cores.(task.core) task.kind) task;
  Inbox.push m.cores.(target).inbox task;
  wake m target

let receive core (task : Task.t) =
  if task.core <> core.index then begin
    core.counts.received <- core.counts.received + 1;
    if task.kind <> Drivers then Fair.adopt (fair core task.kind) task;
    task.core <- core.index
  end;
  push core task

(* Where a task that may go anywhere gets the core the soonest, and with the least ado: here when no other waits
   here, as the running fiber is about to; else on an idle core. *)
let place m here (task : Task.t) =
  if task.bound >= 0 then task.bound
  else
    let first = if task.kind = Drivers && serves here task.kind then here.index else task.core in
    if first = here.index && ready here task.kind = 0 && serves here task.kind then first
    else if Idle.mem m.idle first && serves m.cores.(first) task.kind then first
    else
      match Idle.find m.idle ~among:m.members.(Kind.index task.kind) with
      | -1 -> if serves m.cores.(first) task.kind then first else Idle.first m.members.(Kind.index task.kind)
      | idle -> idle

let make_ready (task : Task.t) =
  let m = !machine in
  task.state <- Ready;
  match Hal.Core.index () with
  | -1 -> send m task.core task (* a thread of the runtime that is no loop *)
  | index ->
      let here = m.cores.(index) in
      let target = place m here task in
      if target <> index then begin
        here.counts.sent <- here.counts.sent + 1;
        send m target task
      end
      else if task.core = index then push here task
      else begin
        if task.kind <> Drivers then Fair.release (fair m.cores.(task.core) task.kind) task;
        receive here task
      end

(* ---- accounting: at the end of each turn, while the task is still this core's ---- *)

let charge_quota (task : Task.t) ~now ran =
  if now >= task.period_end_ns then begin
    task.used_ns <- 0;
    task.period_end_ns <- now + task.period_ns
  end;
  task.used_ns <- task.used_ns + ran

let end_turn core (task : Task.t) =
  let before = now_ns core in
  core.turn <- Hal.Core.turn ();
  let now = now_ns core in
  let ran = now - before in
  task.run_ns <- task.run_ns + ran;
  task.turns <- task.turns + 1;
  if task.kind <> Drivers then begin
    Fair.charge task ran;
    if task.quota_ns > 0 then charge_quota task ~now ran
  end

(* ---- the register of tasks ---- *)

let sweep core =
  let live = List.filter (fun (t : Task.t) -> t.state <> Ended) (Array.to_list (Array.sub core.tasks 0 core.nr_tasks)) in
  let count = List.length live in
  let tasks = Array.make (max 16 (2 * count)) Task.none in
  List.iteri (fun i task -> tasks.(i) <- task) live;
  core.tasks <- tasks;
  core.nr_tasks <- count

let register core task =
  if core.nr_tasks = Array.length core.tasks then sweep core;
  core.tasks.(core.nr_tasks) <- task;
  core.nr_tasks <- core.nr_tasks + 1;
  core.counts.spawned <- core.counts.spawned + 1

(* ---- the effects ---- *)

let this () = !machine.cores.(Hal.Core.index ())

let resume trigger (task : Task.t) () =
  let permitted = Fiber.unsuspend task.fiber trigger in
  task.urgent <- not permitted;
  make_ready task

(* From try_suspend on the task may run elsewhere: nothing of it is touched any more. *)
let await trigger k =
  let core = this () in
  let task = core.current in
  end_turn core task;
  task.step <- Answer k;
  task.state <- Waiting;
  if not (Fiber.try_suspend task.fiber trigger task () resume) then begin
    task.state <- Running;
    task.step <- Nothing;
    Fiber.resume task.fiber k
  end

let yield =
  Some
    (fun k ->
      let core = this () in
      let task = core.current in
      end_turn core task;
      task.step <- Continue k;
      task.state <- Ready;
      push core task)

let current = Some (fun k -> Effect.Deep.continue k (this ()).current.fiber)

let check_spec m (task : Task.t) =
  let members = m.members.(Kind.index task.kind) in
  if task.bound >= Array.length m.cores then invalid_arg "Sched: there is no such core"
  else if task.bound >= 0 && not (serves m.cores.(task.bound) task.kind) then
    invalid_arg (Printf.sprintf "Sched: core %d is not of the scheduler %s" task.bound (Kind.to_string task.kind))
  else if Idle.first members < 0 then
    invalid_arg (Printf.sprintf "Sched: no core is of the scheduler %s" (Kind.to_string task.kind))

let start_task core fiber main =
  let task = Task.create ~parent:core.current ~core:core.index fiber main in
  check_spec !machine task;
  if task.kind <> Drivers then Fair.adopt (fair core task.kind) task;
  register core task;
  make_ready task

let spawn fiber main k =
  let core = this () in
  let task = core.current in
  match Fiber.canceled task.fiber with
  | Some (e, backtrace) -> Effect.Deep.discontinue_with_backtrace k e backtrace
  | None -> (
      match start_task core fiber main with
      | () -> Effect.Deep.continue k ()
      | exception e -> Effect.Deep.discontinue k e)

let largest_seconds = 1e9

let cancel_at core (type a) (computation : a Computation.t) ~at_ns e backtrace =
  let fire () = Computation.cancel computation e backtrace in
  let entry = Deadlines.add core.deadlines ~at_ns fire in
  let forget _ entry () = Deadlines.cancel entry in
  let over = Trigger.from_action entry () forget in
  if not (Computation.try_attach computation over) then Deadlines.cancel entry

let cancel_after computation seconds e backtrace k =
  let core = this () in
  let fiber = core.current.fiber in
  match Fiber.canceled fiber with
  | Some (e, backtrace) -> Effect.Deep.discontinue_with_backtrace k e backtrace
  | None when seconds > largest_seconds ->
      Effect.Deep.discontinue k (Invalid_argument "Computation.cancel_after: more than 1e9 seconds")
  | None ->
      let now = Hal.Core.now (Hal.Core.turn ()) in
      cancel_at core computation ~at_ns:(now + int_of_float (Float.ceil (seconds *. 1e9))) e backtrace;
      Effect.Deep.continue k ()

let report = ref (fun (_ : Task.t) _ _ -> ())

let ended () =
  let core = this () in
  let task = core.current in
  end_turn core task;
  task.step <- Nothing;
  task.state <- Ended;
  core.counts.ended <- core.counts.ended + 1

let crashed e =
  let backtrace = Printexc.get_raw_backtrace () in
  let task = (this ()).current in
  ended ();
  !report task e backtrace

let effects (type a) (asked : a Effect.t) : ((a, unit) Effect.Deep.continuation -> unit) option =
  match asked with
  | Fiber.Current -> current
  | Fiber.Yield -> yield
  | Trigger.Await trigger -> Some (fun k -> await trigger k)
  | Fiber.Spawn { fiber; main } -> Some (fun k -> spawn fiber main k)
  | Computation.Cancel_after { seconds; exn; bt; computation } ->
      Some (fun k -> cancel_after computation seconds exn bt k)
  | _ -> None

let handler = { Effect.Deep.retc = ended; exnc = crashed; effc = effects }

let go_on (task : Task.t) =
  let step = task.step in
  task.step <- Nothing;
  match step with
  | Answer k -> Fiber.resume task.fiber k
  | Continue k -> Fiber.continue task.fiber k ()
  | Start main -> Effect.Deep.match_with main task.fiber handler
  | Nothing -> assert false

(* ---- the loop ---- *)

let patience_ns = 50_000_000

let rec pick_from core = function
  | [] -> Task.none
  | (kind : Kind.t) :: lower ->
      if ready core kind = 0 then pick_from core lower
      else begin
        match kind with Drivers -> Fifo.pop core.drivers | Virtual | Local -> Fair.pop (fair core kind)
      end

let lowest_first = List.rev Kind.all

(* In the order of priority. But what waited for the patience of a core has a turn, whatever its priority. *)
let pick core =
  let drivers = Fifo.length core.drivers and virtual_ = Fair.length core.virtual_ and local = Fair.length core.local in
  let passed_over = (drivers > 0 && virtual_ + local > 0) || (virtual_ > 0 && local > 0) in
  if not passed_over then begin
    core.passed_over_ns <- max_int;
    pick_from core Kind.all
  end
  else if core.passed_over_ns = max_int then begin
    core.passed_over_ns <- now_ns core;
    pick_from core Kind.all
  end
  else if now_ns core - core.passed_over_ns < patience_ns then pick_from core Kind.all
  else begin
    core.passed_over_ns <- now_ns core;
    pick_from core lowest_first
  end

let surplus core (kind : Kind.t) =
  match kind with Drivers -> Fifo.take_movable core.drivers | Virtual | Local -> Fair.take_movable (fair core kind)

(* One waiting task of each kind to an idle core of that kind. *)
let give_away m core =
  List.iter
    (fun kind ->
      if ready core kind > 0 then
        match Idle.find m.idle ~among:m.members.(Kind.index kind) with
        | -1 -> ()
        | target when target = core.index -> ()
        | target ->
            let task = surplus core kind in
            if task != Task.none then begin
              core.counts.sent <- core.counts.sent + 1;
              send m target task
            end)
    Kind.all

let run m core task =
  if Idle.any m.idle then give_away m core;
  core.current <- task;
  task.state <- Running;
  core.counts.turns <- core.counts.turns + 1;
  go_on task;
  core.current <- Task.none

let rec hand_out_events () =
  match Hal.Core.next_event () with
  | -1 -> ()
  | number ->
      Events.deliver number;
      hand_out_events ()

let wait m core =
  Idle.set m.idle core.index;
  if Inbox.is_empty core.inbox then begin
    let since = now_ns core in
    core.counts.waits <- core.counts.waits + 1;
    Hal.Core.wait (Deadlines.next core.deadlines);
    core.turn <- Hal.Core.turn ();
    core.counts.waited_ns <- core.counts.waited_ns + now_ns core - since
  end;
  ignore (Idle.clear m.idle core.index : bool)

let turn m core =
  if Hal.Core.has_events core.turn then hand_out_events ();
  if Deadlines.next core.deadlines <= now_ns core then Deadlines.fire core.deadlines ~now_ns:(now_ns core);
  if not (Inbox.is_empty core.inbox) then List.iter (receive core) (Inbox.take core.inbox);
  let task = pick core in
  if task == Task.none then wait m core else run m core task

let stopping = Atomic.make false

(* Its first task is not placed, as no loop runs yet. *)
let prepare core fiber main =
  Atomic.set stopping false;
  let task = Task.create ~parent:Task.none ~core:core.index fiber main in
  check_spec !machine task;
  register core task;
  push core task

let loop index =
  let m = !machine in
  let core = m.cores.(index) in
  Hal.Core.start core index;
  core.turn <- Hal.Core.turn ();
  while not (Atomic.get stopping) do
    turn m core
  done

let stop () =
  Atomic.set stopping true;
  Array.iter (fun core -> Hal.Core.wake core.index) !machine.cores
