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
  born : int;
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

let[@inline] make ~id ~name ~kind ~bound ~weight ~quota_ns ~period_ns ~core fiber =
  {
    name;
    id;
    fiber;
    kind;
    bound;
    born = core;
    weight;
    quota_ns;
    period_ns;
    step = Over;
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

let none =
  let fiber = Fiber.create ~forbid:true (Computation.returned ()) in
  let task =
    make ~id:0 ~name:no_name ~kind:Drivers ~bound:(-1) ~weight:inherited.weight ~quota_ns:0
      ~period_ns:0 ~core:0 fiber
  in
  { task with state = Ended }

let create ~(parent : t) ~id ~core fiber =
  let asked = Fiber.FLS.get fiber spec ~default:inherited in
  if asked == inherited then
    make ~id ~name:parent.name ~kind:parent.kind ~bound:(-1) ~weight:inherited.weight ~quota_ns:0 ~period_ns:0 ~core
      fiber
  else
    let quota_ns, period_ns = Option.value asked.budget ~default:(0, 0) in
    make ~id
      ~name:(Option.value asked.name ~default:parent.name)
      ~kind:(Option.value asked.kind ~default:parent.kind)
      ~bound:(Option.value asked.core ~default:(-1))
      ~weight:asked.weight ~quota_ns ~period_ns ~core fiber
