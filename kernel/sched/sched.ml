open Picos
module Kind = Kind
module Assignment = Assignment
module Bell = Bell
module Interrupt = Interrupt
module Reason = Reason
module Time = Time
module Turn = Turn

exception Hog = Core.Hog

let () = Printexc.register_printer (function Hog -> Some "Sched.Hog" | _ -> None)

let cores () = Array.length !Core.machine.cores
let core () = Hal.Core.index ()

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

let check_weight weight =
  if weight < 1 || weight > 1 lsl 20 then
    invalid_arg "Sched.spawn: the weight is out of range"

let check_budget = function
  | Some (quota, period) when quota < 1 || period < quota ->
      invalid_arg "Sched.spawn: the budget makes no sense"
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

let make () =
  let computation = Computation.create ~mode:`LIFO () in
  (Fiber.create ~forbid:false computation, computation)

let spawn ?kind ?core ?(weight = Task.whole_weight) ?budget_ns ~name f =
  check_weight weight;
  check_budget budget_ns;
  let fiber, computation = make () in
  let asked = { Effects.name; kind; core; weight; budget_ns } in
  Effects.spawn_as asked fiber (body name computation f);
  computation

let serving kind =
  List.filter (fun core -> Core.serves core kind) (Array.to_list !Core.machine.cores)

let confine = Effects.confine
let cores_serving kind = List.map (fun (core : Core.t) -> core.index) (serving kind)

let everywhere ?(kind = Kind.Local) f =
  let start (core : Core.t) =
    let name = Printf.sprintf "everywhere/%d" core.index in
    spawn ~kind ~core:core.index ~name (fun () -> f core.index)
  in
  let started = List.map start (serving kind) in
  List.iter Computation.wait started;
  List.map Computation.await started

(* ---- running ---- *)

let name_all () =
  let name (task : Core.task) = Hal.Trace.name Fiber task.id task.terms.name in
  Array.iter (fun core -> List.iter name (Core.tasks core)) !Core.machine.cores;
  Interrupt.name_all ()

let run assignment ~cores main =
  Core.configure ~cores (Assignment.kinds_of assignment);
  Loop.report := (fun task e backtrace -> crashed task.terms.name e backtrace);
  Hal.Trace.at_start name_all;
  Callback.register_exception "Sched.Hog" Core.Hog;
  let fiber, result = make () in
  let backtraces = Printexc.backtrace_status () in
  let core index () =
    Printexc.record_backtrace backtraces;
    Loop.run index
  in
  let others = List.init (cores - 1) (fun i -> Domain.spawn (core (i + 1))) in
  let first = !Core.machine.cores.(0) in
  let main _ =
    Computation.capture result main ();
    Loop.stop ()
  in
  Loop.prepare first (Task.terms Drivers "main") fiber main;
  Loop.run 0;
  List.iter Domain.join others;
  Computation.peek_exn result

(* ---- what goes on ---- *)

type state = Ready | Running | Waiting of string | Throttled
type fiber = {
  id : int;
  name : string;
  kind : Kind.t;
  core : int;
  state : state;
  run_ns : int;
  turns : int;
}

let running_ns (core : Core.t) = Int.max 0 (Time.now_ns () - Core.now_ns core)

let fiber_of (task : Core.task) =
  let runs = task.core.running = task.id in
  let describe state =
    {
      id = task.id;
      name = task.terms.name;
      kind = task.terms.kind;
      core = task.core.index;
      state;
      run_ns =
        (Hal.Core.ns_of_ticks_span (Task.run_ticks task)
        + if runs then running_ns task.core else 0);
      turns = Task.turns task;
    }
  in
  match task.state with
  | Ready | Answered | Urgent | New -> Some (describe (if runs then Running else Ready))
  | Waiting -> Some (describe (Waiting task.reason))
  | Throttled -> Some (describe Throttled)
  | Ended -> None

let fibers () =
  let of_core core = List.filter_map fiber_of (Core.tasks core) in
  let unsorted = List.concat_map of_core (Array.to_list !Core.machine.cores) in
  List.sort (fun a b -> compare a.id b.id) unsorted

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
  {
    index = core.index;
    serves = List.filter (fun kind -> core.serves.(Kind.index kind)) Kind.all;
    ready = List.map (fun kind -> (kind, Core.ready core kind)) Kind.all;
    turns = core.turns;
    spawned = Core.spawned core;
    ended = core.ended;
    sent = core.sent;
    received = core.received;
    waits = core.waits;
    waited_ns = Hal.Core.ns_of_ticks_span core.waited_ticks;
  }

let report () = List.map report_of (Array.to_list !Core.machine.cores)
let watch_every ~ns = Hal.Core.watch_period ns
