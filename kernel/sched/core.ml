type t = {
  mutable since : int; (* these three first: runtime/loop.h *)
  mutable running : int;
  mutable tasks : task list;
  index : int;
  serves : bool array;
  drivers : t Fifo.t;
  virtual_ : t Fair.t;
  local : t Fair.t;
  inbox : task Inbox.t;
  deadlines : Deadlines.t;
  mutable drivers_first_since : int;
  mutable virtual_first_since : int;
  mutable stops : bool;
  mutable next_id : int;
  mutable swept_at : int; (* [spawned] at the last sweep, *)
  mutable swept_live : int; (* how many tasks it left, *)
  mutable some_ended : bool; (* and whether any has ended since: set by any core *)
  mutable granted : int; (* quick turns, since the loop last looked around *)
  mutable quick : int; (* of them, not yet allowed in [drivers] *)
  mutable credit : int; (* how much shorter turns were than [short] each *)
  mutable enough : int; (* of credit, for quick turns *)
  short : int;
  mutable turns : int;
  mutable spawned : int;
  mutable ended : int;
  mutable sent : int;
  mutable received : int;
  mutable waits : int;
  mutable waited_ticks : int;
}

and task = t Task.t

type machine = { cores : t array; idle : Idle.t; members : int array array }

exception Hog

let create ~short ~serves ~first_id index =
  {
    since = 0;
    running = 0;
    tasks = [];
    index;
    serves;
    drivers = Fifo.create ();
    virtual_ = Fair.create ();
    local = Fair.create ();
    inbox = Inbox.create ();
    deadlines = Deadlines.create ();
    drivers_first_since = max_int;
    virtual_first_since = max_int;
    stops = false;
    next_id = first_id;
    swept_at = 0;
    swept_live = 0;
    some_ended = false;
    granted = 0;
    quick = 0;
    credit = 0;
    enough = 16 * short;
    short;
    turns = 0;
    spawned = 0;
    ended = 0;
    sent = 0;
    received = 0;
    waits = 0;
    waited_ticks = 0;
  }

let nobody =
  let nowhere = create ~short:1 ~serves:[||] ~first_id:0 (-1) in
  let fiber = Picos.(Fiber.create ~forbid:true (Computation.returned ())) in
  let task = Task.make ~terms:(Task.terms Drivers "") ~id:0 ~core:nowhere fiber ignore in
  task.state <- Ended;
  task

let short_ns = 1_000
let machine = ref { cores = [||]; idle = Idle.create 0; members = [||] }

let configure ~cores kinds_of =
  let all = List.init cores Fun.id in
  let serving kind = List.filter (fun core -> List.mem kind (kinds_of core)) all in
  let members kind = Idle.mask cores (serving kind) in
  let ticks_of_second = Hal.Core.(ticks_of_ns 2_000_000_000 - ticks_of_ns 1_000_000_000) in
  let short = Int.max 1 (ticks_of_second * short_ns / 1_000_000_000) in
  let core index =
    let serves = List.map (fun kind -> List.mem kind (kinds_of index)) Kind.all in
    create ~short ~serves:(Array.of_list serves) ~first_id:(index + 1) index
  in
  machine :=
    {
      cores = Array.init cores core;
      idle = Idle.create cores;
      members = Array.of_list (List.map members Kind.all);
    }

let serves core kind = core.serves.(Kind.index kind)
let fair core (kind : Kind.t) =
  match kind with Local -> core.local | Virtual | Drivers -> core.virtual_
let now_ns core = Hal.Core.ns_of_ticks core.since

let ready core : Kind.t -> int = function
  | Drivers -> Fifo.length core.drivers
  | Virtual -> Fair.length core.virtual_
  | Local -> Fair.length core.local

(* ---- accounting: at the end of each turn, while the task is still this core's ----

   To read the clock at the end of each turn would take as long as the rest of a short one. So where
   turns are short, quick ones are granted: these are taken to be as long as the latest timed one of
   the same task. Turns earn credit by being shorter than [short], and that is what quick ones need;
   who let long ones pass as quick needs more from then on. *)

let quick_turns = 47
let most_enough = 65_536

let charge_fair (task : task) ran =
  let ran_ns = Hal.Core.ns_of_ticks_span ran in
  Fair.charge task ran_ns;
  task.used_ns <- task.used_ns + ran_ns

(* The time since the last such call. *)
let read_clock core ~turns =
  let before = core.since in
  core.since <- Hal.Core.ticks ();
  let ran = core.since - before in
  core.turns <- core.turns + turns;
  core.credit <- Int.min (core.credit + (turns * core.short) - ran) (2 * core.enough);
  ran

let end_quick_turns core =
  let left = core.quick + Fifo.allowed core.drivers in
  ignore (read_clock core ~turns:(core.granted - left) : int);
  ignore (Fifo.allow core.drivers 0 : int);
  core.granted <- 0;
  core.quick <- 0;
  if core.credit < 0 then begin
    core.credit <- 0;
    core.enough <- Int.min (2 * core.enough) (most_enough * core.short)
  end

let grant_quick_turns core =
  if core.credit < 0 then core.credit <- 0
  else if core.credit >= core.enough && not (Hal.Trace.recording ()) then begin
    core.granted <- quick_turns;
    core.quick <- quick_turns
  end

let end_timed_turn core (task : task) =
  let ran = read_clock core ~turns:1 in
  Task.add_timed_turn task ran;
  if task.terms.kind <> Drivers then charge_fair task ran;
  grant_quick_turns core

let[@inline] end_quick_turn (task : task) = task.quick_turns <- task.quick_turns + 1

let[@inline] end_turn core task =
  if core.granted > 0 then end_quick_turn task else end_timed_turn core task

(* ---- the register of tasks ---- *)

let sweep core =
  core.some_ended <- false;
  core.tasks <- List.filter (fun (task : task) -> task.state <> Ended) core.tasks;
  core.swept_at <- core.spawned;
  core.swept_live <- List.length core.tasks

let registered core = core.swept_live + core.spawned - core.swept_at

(* Of few at once, of many only when a fair part of them may have ended. *)
let sweep_at_rest core =
  let count = registered core in
  if core.some_ended && (count < 64 || 4 * (core.spawned - core.swept_at) > count) then begin
    sweep core;
    Fifo.forget core.drivers
  end

let[@inline] register core task =
  if core.spawned - core.swept_at > 256 + core.swept_live then sweep core;
  core.tasks <- task :: core.tasks;
  core.spawned <- core.spawned + 1

let[@inline] next_id core =
  let id = core.next_id in
  core.next_id <- id + Array.length !machine.cores;
  id
