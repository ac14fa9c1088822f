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
type _ Effect.t += Move : unit Effect.t

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

let new_task core (terms : Task.terms) ~parent fiber main =
  let share = if terms.kind = Drivers then Task.no_share else Task.new_share () in
  let yielded = Task.never_yielded and waiting = Task.never_waited in
  let task = Core.new_task core terms share fiber main ~yielded ~waiting in
  register core task;
  Hal.Trace.name Fiber task.id terms.name;
  Hal.Trace.record Fiber_start ~subject:task.id ~argument:parent;
  task

let start (parent : task) (terms : Task.terms) fiber main =
  let core = parent.core in
  let task = new_task core terms ~parent:parent.id fiber main in
  if terms.kind <> Drivers then Fair.adopt (fair core terms.kind) task;
  Placing.put !machine core task

let[@inline never] spawn_otherwise (parent : task) fiber main k =
  match Fiber.canceled parent.fiber with
  | None ->
      start parent (Task.inherited parent.terms) fiber main;
      Hal.Deep.continue k ()
  | Some (e, backtrace) -> Effect.Deep.discontinue_with_backtrace k e backtrace

(* A driver's child is ready at once on the core that runs this, when no other core idles. *)
let[@inline] is_spawn_plain (core : Core.t) (parent : task) =
  core.granted > 0
  && parent.terms.kind = Drivers
  && (not (Fiber.is_canceled parent.fiber))
  && not (Idle.any core.idle || Fifo.is_full core.drivers)

let spawn (parent : task) fiber main k =
  let core = parent.core in
  if is_spawn_plain core parent then begin
    let terms = Task.inherited parent.terms in
    let { Task.share; waiting; _ } = parent in
    let task = Core.new_task core terms share fiber main ~yielded:k ~waiting in
    Fifo.push_not_full core.drivers task;
    Hal.Deep.continue k ()
  end
  else spawn_otherwise parent fiber main k

let spawn_asked (parent : task) asked fiber main k =
  match terms_of !machine ~parent:parent.terms asked with
  | terms ->
      start parent terms fiber main;
      Hal.Deep.continue k ()
  | exception e -> Effect.Deep.discontinue k e

(* ---- where it may run ---- *)

let confine cores =
  let m = !machine and task = this () in
  let serving = List.filter (fun (core : Core.t) -> serves core task.terms.kind) in
  let all = List.map (fun (core : Core.t) -> core.index) (serving (Array.to_list m.cores)) in
  match List.filter (fun core -> List.mem core cores) all with
  | [] -> invalid_arg "Sched.confine: none of the cores serves the fiber"
  | allowed when allowed = all -> task.terms <- Task.anywhere task.terms
  | first :: _ as allowed ->
      task.terms <- Task.confined task.terms ~first (Idle.mask (Array.length m.cores) allowed);
      if not (List.mem task.core.index allowed) then Effect.perform Move

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
