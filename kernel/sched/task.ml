open Picos

type state = Ready | Answered | Urgent | New | Waiting | Throttled | Ended
type canceled = (exn * Printexc.raw_backtrace) option

type terms = {
  name : string; (* first: runtime/loop.h *)
  kind : Kind.t;
  bound : int;
  among : int array;
  weight : int;
  quota_ns : int;
  period_ns : int;
  inherited : terms option;
}

type share = {
  mutable virtual_ns : int;
  mutable order : int;
  mutable used_ns : int;
  mutable period_end_ns : int;
}

type 'core t = {
  mutable terms : terms; (* these two first: runtime/loop.h *)
  id : int;
  fiber : Fiber.t;
  main : Fiber.t -> unit;
  born : 'core;
  mutable core : 'core;
  yielded : (unit, unit) Hal.Deep.cell;
  mutable waiting : (canceled, unit) Hal.Deep.continuation;
  mutable state : state;
  mutable is_registered : bool;
  mutable reason : string;
  mutable timed_turns : int;
  mutable timed_ticks : int;
  mutable quick_turns : int;
  mutable usual_ticks : int;
  share : share;
}

let whole_weight = 1024

let terms ?(bound = -1) ?(weight = whole_weight) ?(budget_ns = (0, 0)) kind name =
  let quota_ns, period_ns = budget_ns in
  let plain =
    {
      name;
      kind;
      bound = -1;
      among = [||];
      weight = whole_weight;
      quota_ns = 0;
      period_ns = 0;
      inherited = None;
    }
  in
  if bound < 0 && weight = whole_weight && quota_ns = 0 then plain
  else { plain with bound; weight; quota_ns; period_ns; inherited = Some plain }

let[@inline] inherited terms = match terms.inherited with None -> terms | Some plain -> plain
let anywhere terms = { terms with bound = -1; among = [||] }
let confined terms ~first among =
  { terms with bound = first; among; inherited = Some (inherited terms) }

let never_yielded : (unit, unit) Hal.Deep.continuation = Hal.Deep.stopped ()
let never_waited : (canceled, unit) Hal.Deep.continuation = Hal.Deep.stopped ()

let new_share () = { virtual_ns = 0; order = 0; used_ns = 0; period_end_ns = 0 }
let no_share = new_share ()

(* Zero is opaque so that it is kept in a register: a constant is loaded anew for each field. *)
let[@inline] make ~terms ~share ~id ~core fiber main ~yielded ~waiting =
  let zero = Sys.opaque_identity 0 in
  {
    terms;
    id;
    fiber;
    main;
    born = core;
    core;
    yielded = { kept = yielded };
    waiting;
    state = New;
    is_registered = false;
    reason = "";
    timed_turns = zero;
    timed_ticks = zero;
    quick_turns = zero;
    usual_ticks = zero;
    share;
  }

(* ---- accounting ---- *)

let turns task = task.timed_turns + task.quick_turns
let run_ticks task = task.timed_ticks + (task.quick_turns * task.usual_ticks)

let charge task ticks = task.timed_ticks <- task.timed_ticks + ticks

let add_timed_turn task ticks =
  task.timed_ticks <- run_ticks task + ticks;
  task.timed_turns <- turns task + 1;
  task.quick_turns <- 0;
  task.usual_ticks <- ticks
