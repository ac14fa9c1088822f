open Picos
module Kind = Kind
module Assignment = Assignment
module Interrupt = Interrupt
module Reason = Reason
module Time = Time

exception Hog = Core.Hog

let () = Printexc.register_printer (function Hog -> Some "Sched.Hog" | _ -> None)

let cores () = Array.length !Core.machine.cores
let core () = (Effects.this ()).core
let id () = (Effects.this ()).id

(* ---- crashes ---- *)

type crash = { fiber : string; error : exn; backtrace : Printexc.raw_backtrace }

let print_crash { fiber; error; backtrace } =
  Printf.eprintf "fiber %s raised %s\n%s%!" fiber (Printexc.to_string error)
    (Printexc.raw_backtrace_to_string backtrace)

let on_crash = ref print_crash
let nr_crashes = Atomic.make 0
let crashes () = Atomic.get nr_crashes

let crashed fiber error backtrace =
  Atomic.incr nr_crashes;
  !on_crash { fiber; error; backtrace }

(* ---- fibers ---- *)

let check_weight weight = if weight < 1 || weight > 1 lsl 20 then invalid_arg "Sched.spawn: the weight is out of range"

let check_budget = function
  | Some (quota, period) when quota < 1 || period < quota -> invalid_arg "Sched.spawn: the budget makes no sense"
  | _ -> ()

let is_cancelation computation e =
  match Computation.canceled computation with Some (canceled, _) -> canceled == e | None -> false

let body name computation f _ =
  match f () with
  | value -> ignore (Computation.try_return computation value : bool)
  | exception e ->
      let backtrace = Printexc.get_raw_backtrace () in
      if not (is_cancelation computation e) then begin
        crashed name e backtrace;
        ignore (Computation.try_cancel computation e backtrace : bool)
      end

let make ?kind ?core ?(weight = Fair.whole_weight) ?budget_ns name =
  check_weight weight;
  check_budget budget_ns;
  let computation = Computation.create ~mode:`LIFO () in
  let fiber = Fiber.create ~forbid:false computation in
  Fiber.FLS.set fiber Task.spec { name = Some name; kind; core; weight; budget = budget_ns };
  (fiber, computation)

let spawn ?kind ?core ?weight ?budget_ns ~name f =
  let fiber, computation = make ?kind ?core ?weight ?budget_ns name in
  Fiber.spawn fiber (body name computation f);
  computation

let serving kind =
  List.filter (fun (core : Core.t) -> core.serves.(Kind.index kind)) (Array.to_list !Core.machine.cores)

let everywhere ?(kind = Kind.Local) f =
  let start (core : Core.t) =
    spawn ~kind ~core:core.index ~name:(Printf.sprintf "everywhere/%d" core.index) (fun () -> f core.index)
  in
  let started = List.map start (serving kind) in
  List.iter Computation.wait started;
  List.map Computation.await started

let slice_ns () =
  let task = Effects.this () in
  match task.kind with
  | Drivers -> max_int
  | Virtual | Local ->
      if task.quota_ns = 0 then Fair.slice_ns
      else max 1 (min Fair.slice_ns (task.quota_ns - task.used_ns))

(* ---- running ---- *)

let name_all () =
  let of_core (core : Core.t) =
    Array.iteri
      (fun i (task : Task.t) -> if i < core.nr_tasks then Hal.Trace.name Fiber task.id task.name)
      core.tasks
  in
  Array.iter of_core !Core.machine.cores

let run assignment ~cores main =
  Core.configure ~cores (Assignment.kinds_of assignment);
  Loop.report := (fun task e backtrace -> crashed task.name e backtrace);
  Hal.Trace.at_start name_all;
  Callback.register_exception "Sched.Hog" Core.Hog;
  let fiber, result = make ~kind:Drivers "main" in
  let finish () = Loop.stop () in
  let backtraces = Printexc.backtrace_status () in
  let core index () =
    Printexc.record_backtrace backtraces;
    Loop.run index
  in
  let others = List.init (cores - 1) (fun i -> Domain.spawn (core (i + 1))) in
  let first = !Core.machine.cores.(0) in
  Loop.prepare first fiber (fun _ ->
      Computation.capture result main ();
      finish ());
  Loop.run 0;
  List.iter Domain.join others;
  Computation.peek_exn result

(* ---- what goes on ---- *)

type state = Ready | Running | Waiting of string | Throttled
type fiber = { id : int; name : string; kind : Kind.t; core : int; state : state; run_ns : int; turns : int }

let running_ns (core : Core.t) (task : Task.t) =
  if core.running = task.id then max 0 (Time.now_ns () - Core.now_ns core) else 0

let fiber_of (core : Core.t array) (task : Task.t) =
  let state =
    match task.state with
    | Task.Ready -> Some Ready
    | Running -> Some Running
    | Waiting -> Some (Waiting task.reason)
    | Throttled -> Some Throttled
    | Ended -> None
  in
  let describe state =
    {
      id = task.id;
      name = task.name;
      kind = task.kind;
      core = task.core;
      state;
      run_ns = Hal.Core.ns_of_ticks_span task.run_ticks + running_ns core.(task.core) task;
      turns = task.turns;
    }
  in
  Option.map describe state

let fibers () =
  let all = !Core.machine.cores in
  let of_core (core : Core.t) =
    let tasks = core.tasks and count = core.nr_tasks in
    List.filter_map (fiber_of all) (Array.to_list (Array.sub tasks 0 (min count (Array.length tasks))))
  in
  let unsorted = List.concat_map of_core (Array.to_list all) in
  List.sort (fun a b -> compare a.id b.id) (List.filter (fun f -> f.id > 0) unsorted)

type core_report = {
  index : int;
  serves : Kind.t list;
  ready : (Kind.t * int) list;
  turns : int;
  spawned : int;
  ended : int;
  sent : int;
  received : int;
  waits : int;
  waited_ns : int;
}

let report_of (core : Core.t) =
  let c = core.counts in
  {
    index = core.index;
    serves = List.filter (fun kind -> core.serves.(Kind.index kind)) Kind.all;
    ready = List.map (fun kind -> (kind, Core.ready core kind)) Kind.all;
    turns = core.turns;
    spawned = c.spawned;
    ended = c.ended;
    sent = c.sent;
    received = c.received;
    waits = c.waits;
    waited_ns = Hal.Core.ns_of_ticks_span c.waited_ticks;
  }

let report () = List.map report_of (Array.to_list !Core.machine.cores)
let watch_every ~ns = Hal.Core.watch_period ns
