type counts = {
  mutable spawned : int;
  mutable ended : int;
  mutable sent : int;
  mutable received : int;
  mutable waits : int;
  mutable waited_ticks : int;
}

(* The drivers' queue is in the loop's arguments; [woken] has, the latest first, what joins it next.
   *)
type t = {
  mutable turns : int; (* first: runtime/loop.h knows these three *)
  mutable running : int; (* a task's id; 0 between tasks *)
  mutable tasks : Task.t array; (* made here: [nr_tasks] of them, ended ones too until the next
                                   sweep *)
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
  mutable drivers_first_since : int; (* since when others wait for the drivers here; max_int: they
                                        don't *)
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
  let serving kind = List.filter (fun core -> List.mem kind (kinds_of core)) all in
  let members kind = Idle.mask cores (serving kind) in
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
  | Drivers -> max 0 (if core.running = 0 then core.nr_drivers else core.nr_drivers - 1)
  | Virtual -> Fair.length core.virtual_
  | Local -> Fair.length core.local

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

(* When it idles a core lets go of tasks that ended; of many only when a fair part of them may have.
   *)
let sweep_at_rest core =
  let since = core.counts.spawned - core.swept_at in
  if core.some_ended && (core.nr_tasks < 64 || 4 * since > core.nr_tasks) then sweep core

let register core task =
  if core.nr_tasks = Array.length core.tasks then sweep core;
  core.tasks.(core.nr_tasks) <- task;
  core.nr_tasks <- core.nr_tasks + 1;
  core.counts.spawned <- core.counts.spawned + 1

(* Unique among all cores. *)
let next_id core = (core.counts.spawned * Array.length !machine.cores) + core.index + 1
