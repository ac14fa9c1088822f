open Picos

type step = Start | Continue | Answer
type state = Ready | Waiting | Throttled | Ended
type canceled = (exn * Printexc.raw_backtrace) option

type terms = {
  name : string; (* first: runtime/loop.h *)
  kind : Kind.t;
  bound : int;
  weight : int;
  quota_ns : int;
  period_ns : int;
  inherited : terms option;
}

type 'core t = {
  terms : terms; (* these two first: runtime/loop.h *)
  id : int;
  fiber : Fiber.t;
  main : Fiber.t -> unit;
  born : 'core;
  mutable core : 'core;
  mutable step : step;
  mutable yielded : (unit, unit) Effect.Deep.continuation;
  mutable waiting : (canceled, unit) Effect.Deep.continuation;
  mutable state : state;
  mutable urgent : bool;
  mutable reason : string;
  mutable reason_number : int;
  mutable run_ticks : int;
  mutable turns : int;
  mutable virtual_ns : int;
  mutable order : int;
  mutable used_ns : int;
  mutable period_end_ns : int;
}

let whole_weight = 1024

let terms ?(bound = -1) ?(weight = whole_weight) ?(budget_ns = (0, 0)) kind name =
  let quota_ns, period_ns = budget_ns in
  let plain =
    { name; kind; bound = -1; weight = whole_weight; quota_ns = 0; period_ns = 0; inherited = None }
  in
  if bound < 0 && weight = whole_weight && quota_ns = 0 then plain
  else { plain with bound; weight; quota_ns; period_ns; inherited = Some plain }

let[@inline] inherited terms = match terms.inherited with None -> terms | Some plain -> plain

(* ---- what the fields hold before a fiber's own continuations do ---- *)

let continuation_of_nobody (type a) () : (a, unit) Effect.Deep.continuation =
  let module Asked = struct
    type _ Effect.t += Stop : a Effect.t
  end in
  let kept : (a, unit) Effect.Deep.continuation option ref = ref None in
  let effc (type b) (asked : b Effect.t) : ((b, unit) Effect.Deep.continuation -> unit) option =
    match asked with
    | Asked.Stop -> Some (fun (k : (a, unit) Effect.Deep.continuation) -> kept := Some k)
    | _ -> None
  in
  let stop () = ignore (Effect.perform Asked.Stop : a) in
  Effect.Deep.match_with stop () { retc = Fun.id; exnc = raise; effc };
  Option.get !kept

let never_yielded : (unit, unit) Effect.Deep.continuation = continuation_of_nobody ()
let never_waited : (canceled, unit) Effect.Deep.continuation = continuation_of_nobody ()

let[@inline] make ~terms ~id ~core fiber main =
  {
    terms;
    id;
    fiber;
    main;
    born = core;
    core;
    step = Start;
    yielded = never_yielded;
    waiting = never_waited;
    state = Ready;
    urgent = false;
    reason = "";
    reason_number = 0;
    run_ticks = 0;
    turns = 0;
    virtual_ns = 0;
    order = 0;
    used_ns = 0;
    period_end_ns = 0;
  }
