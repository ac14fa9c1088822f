open Picos

type step =
  | Start of (Fiber.t -> unit)
  | Answer of ((exn * Printexc.raw_backtrace) option, step) Effect.Deep.continuation
  | Continue of (unit, step) Effect.Deep.continuation
  | Suspended
  | Over
  | Failed of exn * Printexc.raw_backtrace

type state = Ready | Running | Waiting | Throttled | Ended

type t = {
  name : string; (* first: runtime/loop.h *)
  id : int;
  fiber : Fiber.t;
  kind : Kind.t;
  bound : int;
  weight : int;
  quota_ns : int;
  period_ns : int;
  mutable step : step;
  mutable state : state;
  mutable urgent : bool;
  mutable core : int;
  mutable reason : string;
  mutable reason_number : int;
  mutable run_ticks : int;
  mutable turns : int;
  mutable virtual_ns : int;
  mutable order : int;
  mutable used_ns : int;
  mutable period_end_ns : int;
}

type spec = {
  name : string option;
  kind : Kind.t option;
  core : int option;
  weight : int;
  budget : (int * int) option;
}

let inherited = { name = None; kind = None; core = None; weight = 1024; budget = None }
let spec : spec Fiber.FLS.t = Fiber.FLS.create ()
let no_name = ""

let none =
  {
    name = no_name;
    id = 0;
    fiber = Fiber.create ~forbid:true (Computation.returned ());
    kind = Drivers;
    bound = -1;
    weight = 1024;
    quota_ns = 0;
    period_ns = 0;
    step = Over;
    state = Ended;
    urgent = false;
    core = 0;
    reason = "";
    reason_number = 0;
    run_ticks = 0;
    turns = 0;
    virtual_ns = 0;
    order = 0;
    used_ns = 0;
    period_end_ns = 0;
  }

let ids = Atomic.make 1

let create ~(parent : t) ~core fiber main =
  let spec = Fiber.FLS.get fiber spec ~default:inherited in
  let quota_ns, period_ns = match spec.budget with None -> (0, 0) | Some budget -> budget in
  {
    name = (match spec.name with Some name -> name | None -> parent.name);
    id = Atomic.fetch_and_add ids 1;
    fiber;
    kind = (match spec.kind with Some kind -> kind | None -> parent.kind);
    bound = (match spec.core with Some core -> core | None -> -1);
    weight = spec.weight;
    quota_ns;
    period_ns;
    step = Start main;
    state = Ready;
    urgent = false;
    core;
    reason = "";
    reason_number = 0;
    run_ticks = 0;
    turns = 0;
    virtual_ns = 0;
    order = 0;
    used_ns = 0;
    period_end_ns = 0;
  }
