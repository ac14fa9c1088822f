[@@@alert "-handler"] (* this is one *)

open Picos
open Core

type asked = {
  name : string;
  kind : Kind.t option;
  core : int option;
  weight : int;
  budget_ns : (int * int) option;
}

type _ Effect.t += This : task Effect.t

type _ Effect.t +=
  | Spawn_as : { asked : asked; fiber : Fiber.t; main : Fiber.t -> unit } -> unit Effect.t

let this () = Effect.perform This
let spawn_as asked fiber main = Effect.perform (Spawn_as { asked; fiber; main })

(* ---- spawning ---- *)

let check_terms m (terms : Task.terms) =
  if terms.bound >= Array.length m.cores then invalid_arg "Sched: there is no such core"
  else if terms.bound >= 0 && not (serves m.cores.(terms.bound) terms.kind) then
    invalid_arg
      (Printf.sprintf "Sched: core %d is not of the scheduler %s" terms.bound
         (Kind.to_string terms.kind))
  else if Idle.first m.members.(Kind.index terms.kind) < 0 then
    invalid_arg (Printf.sprintf "Sched: no core is of the scheduler %s" (Kind.to_string terms.kind))

let terms_of m ~parent:(parent : Task.terms) asked =
  let kind = Option.value asked.kind ~default:parent.kind in
  let { core; weight; budget_ns; name; _ } = asked in
  let terms = Task.terms ?bound:core ~weight ?budget_ns kind name in
  check_terms m terms;
  terms

let new_task core terms ~parent fiber main =
  let task = Task.make ~terms ~id:(next_id core) ~core fiber main in
  register core task;
  if Hal.Trace.recording () then begin
    Hal.Trace.name Fiber task.id terms.name;
    Hal.Trace.record Fiber_start ~subject:task.id ~argument:parent
  end;
  task

(* A driver's child is ready at once on the core that runs this, when no other core idles. *)
let start (parent : task) (terms : Task.terms) fiber main =
  let core = parent.core and m = !machine in
  let task = new_task core terms ~parent:parent.id fiber main in
  let stays = parent.terms.kind = Drivers && terms.kind = Drivers && terms.bound < 0 in
  if stays && not (Idle.any m.idle) then Placing.push core task
  else begin
    if terms.kind <> Drivers then Fair.adopt (fair core terms.kind) task;
    Placing.put m core task
  end

let spawn (parent : task) fiber main k =
  match Fiber.canceled parent.fiber with
  | None ->
      start parent (Task.inherited parent.terms) fiber main;
      Hal.Deep.continue k ()
  | Some (e, backtrace) -> Effect.Deep.discontinue_with_backtrace k e backtrace

let spawn_asked (parent : task) asked fiber main k =
  match terms_of !machine ~parent:parent.terms asked with
  | terms ->
      start parent terms fiber main;
      Hal.Deep.continue k ()
  | exception e -> Effect.Deep.discontinue k e

(* ---- time ---- *)

let largest_seconds = 1e9

let cancel_at core (type a) (computation : a Computation.t) ~at e backtrace =
  let fire () = Computation.cancel computation e backtrace in
  let entry = Deadlines.add core.deadlines ~at fire in
  let forget _ entry () = Deadlines.cancel entry in
  let over = Trigger.from_action entry () forget in
  if not (Computation.try_attach computation over) then Deadlines.cancel entry

let cancel_after (task : task) computation seconds e backtrace k =
  match Fiber.canceled task.fiber with
  | Some (e, backtrace) -> Effect.Deep.discontinue_with_backtrace k e backtrace
  | None when seconds > largest_seconds ->
      Effect.Deep.discontinue k (Invalid_argument "Computation.cancel_after: more than 1e9 seconds")
  | None ->
      let now = Hal.Core.ns_of_ticks (Hal.Core.ticks ()) in
      let at = now + int_of_float (Float.ceil (seconds *. 1e9)) in
      cancel_at task.core computation ~at:(Hal.Core.ticks_of_ns at) e backtrace;
      Hal.Deep.continue k ()
