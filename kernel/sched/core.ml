type t = {
  mutable since : int; (* the first five: runtime/loop.h *)
  mutable running : int;
  mutable quick : int; (* of [granted], not yet allowed in [drivers] *)
  drivers : t Fifo.t;
  mutable tasks : task list;
  index : int;
  serves : bool array;
  idle : Idle.t;
  virtual_ : t Fair.t;
  local : t Fair.t;
  inbox : task Inbox.t;
  deadlines : Deadlines.t;
  mutable drivers_first_since : int;
  mutable virtual_first_since : int;
  mutable stops : bool;
  mutable next_id : int;
  id_step : int;
  mutable registered : int; (* in [tasks] *)
  mutable swept : int; (* of them, what the last sweep left *)
  mutable some_ended : bool; (* of them; set by any core *)
  mutable left_at_rest : int; (* how many tasks had left the queues when the loop last rested *)
  mutable granted : int; (* quick turns, since the loop last looked around *)
  mutable credit : int; (* by how much turns were shorter than [short] each *)
  short : int;
  mutable turns : int;
  mutable ended : int;
  mutable sent : int;
  mutable received : int;
  mutable waits : int;
  mutable waited_ticks : int;
}

and task = t Task.t

type machine = { cores : t array; idle : Idle.t; members : int array array }

exception Hog

let create ~short ~serves ~idle ~id_step index =
  {
    since = 0;
    running = 0;
    quick = 0;
    drivers = Fifo.create ();
    tasks = [];
    index;
    serves;
    idle;
    virtual_ = Fair.create ();
    local = Fair.create ();
    inbox = Inbox.create ();
    deadlines = Deadlines.create ();
    drivers_first_since = max_int;
    virtual_first_since = max_int;
    stops = false;
    next_id = index + 1;
    id_step;
    registered = 0;
    swept = 0;
    some_ended = false;
    left_at_rest = 0;
    granted = 0;
    credit = 0;
    short;
    turns = 0;
    ended = 0;
    sent = 0;
    received = 0;
    waits = 0;
    waited_ticks = 0;
  }

let nobody =
  let nowhere = create ~short:1 ~serves:[||] ~idle:(Idle.create 0) ~id_step:0 (-1) in
  let fiber = Picos.(Fiber.create ~forbid:true (Computation.returned ())) in
  let terms = Task.terms Drivers "" in
  let yielded = Task.never_yielded and waiting = Task.never_waited in
  let share = Task.no_share in
  let task = Task.make ~terms ~share ~id:0 ~core:nowhere fiber ignore ~yielded ~waiting in
  task.state <- Ended;
  task

let short_ns = 2_000
let machine = ref { cores = [||]; idle = Idle.create 0; members = [||] }

let configure ~cores kinds_of =
  let all = List.init cores Fun.id in
  let serving kind = List.filter (fun core -> List.mem kind (kinds_of core)) all in
  let members kind = Idle.mask cores (serving kind) in
  let ticks_of_second = Hal.Core.(ticks_of_ns 2_000_000_000 - ticks_of_ns 1_000_000_000) in
  let short = Int.max 1 (ticks_of_second * short_ns / 1_000_000_000) in
  let idle = Idle.create cores in
  let core index =
    let serves = List.map (fun kind -> List.mem kind (kinds_of index)) Kind.all in
    create ~short ~serves:(Array.of_list serves) ~idle ~id_step:cores index
  in
  machine :=
    {
      cores = Array.init cores core;
      idle;
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
   turns are short, quick ones are granted, which are taken to be as long as the latest timed one of
   the same task. Turns earn credit by being shorter than [short], and lose it by being longer; for
   quick ones there must be some. A long one that passed as quick is shared by those of the round that
   have had their turns, and then all are timed for a while. *)

let quick_turns = 47
let enough = 16 (* times [short], as the next *)
let most = 32 (* of credit, or of debt *)

let charge_fair (task : task) ran =
  let ran_ns = Hal.Core.ns_of_ticks_span ran in
  Fair.charge task ran_ns;
  task.share.used_ns <- task.share.used_ns + ran_ns

(* The time since the last such call. *)
let[@inline] read_clock core =
  let before = core.since in
  core.since <- Hal.Core.ticks ();
  core.since - before

let credit core saved ~least =
  core.credit <- Int.max least (Int.min (most * core.short) (core.credit + saved))

let charge_taken core excess =
  let taken = Fifo.taken core.drivers in
  let charge (task : task) = Task.charge task (excess / Array.length taken) in
  Array.iter charge taken

let end_quick_turns core =
  let ran = read_clock core in
  let turns = core.granted - core.quick - Fifo.allowed core.drivers in
  let saved = (turns * core.short) - ran in
  credit core saved ~least:(-most * core.short);
  if saved < 0 then charge_taken core (-saved);
  core.turns <- core.turns + turns;
  core.granted <- 0;
  core.quick <- 0;
  ignore (Fifo.allow core.drivers 0 : int)

let end_timed_turn core (task : task) =
  let ran = read_clock core in
  Task.add_timed_turn task ran;
  if task.terms.kind <> Drivers then charge_fair task ran;
  core.turns <- core.turns + 1;
  credit core (core.short - ran) ~least:(Int.min 0 core.credit);
  if core.credit >= enough * core.short && not (Hal.Trace.recording ()) then begin
    core.granted <- quick_turns;
    core.quick <- quick_turns
  end

let[@inline] end_quick_turn (task : task) = task.quick_turns <- task.quick_turns + 1

let[@inline] end_turn core task =
  if core.granted > 0 then end_quick_turn task else end_timed_turn core task

(* ---- the register of tasks ---- *)

let[@inline] new_task core terms share fiber main ~yielded ~waiting =
  let id = core.next_id in
  core.next_id <- id + core.id_step;
  Task.make ~terms ~share ~id ~core fiber main ~yielded ~waiting

let[@tail_mod_cons] rec living : task list -> task list = function
  | [] -> []
  | task :: rest -> if task.state = Ended then living rest else task :: (living [@tailcall]) rest

let sweep core =
  core.some_ended <- false;
  core.tasks <- living core.tasks;
  core.registered <- List.length core.tasks;
  core.swept <- core.registered

let forget_queues core =
  core.left_at_rest <- core.ended + core.sent;
  Fifo.forget core.drivers;
  Fair.forget core.virtual_;
  Fair.forget core.local

(* The register, of few at once, of many only when a fair part of them may have ended. *)
let clean_at_rest core =
  if core.ended + core.sent <> core.left_at_rest then forget_queues core;
  let count = core.registered in
  if core.some_ended && (count < 64 || 4 * (count - core.swept) > count) then sweep core

let register core (task : task) =
  if core.registered > 256 + (2 * core.swept) then sweep core;
  core.tasks <- task :: core.tasks;
  core.registered <- core.registered + 1;
  task.is_registered <- true

let spawned core = if core.id_step = 0 then 0 else (core.next_id - 1) / core.id_step

let tasks core =
  let latest (task : task) = (not task.is_registered) && task.core == core in
  let others = List.filter latest (Array.to_list (Fifo.slots core.drivers)) in
  List.sort_uniq (fun (a : task) (b : task) -> compare a.id b.id) (others @ core.tasks)

let running index =
  let { cores; _ } = !machine in
  let is_it (task : task) = task.id = cores.(index).running in
  List.find is_it (List.concat_map tasks (Array.to_list cores))
