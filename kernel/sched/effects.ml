[@@@alert "-handler"] (* this is one *)

open Picos
open Core

let resume trigger (task : Task.t) () =
  let permitted = Fiber.unsuspend task.fiber trigger in
  task.urgent <- not permitted;
  Placing.make_ready task

(* From try_suspend on the task may run elsewhere: nothing of it is touched any more. *)
let await (task : Task.t) trigger k =
  let core = !machine.cores.(task.core) in
  end_turn core task;
  Hal.Trace.record Fiber_suspend ~subject:task.id ~argument:task.reason_number;
  task.step <- Answer k;
  task.state <- Waiting;
  if Fiber.try_suspend task.fiber trigger task () resume then Task.Suspended
  else begin
    task.state <- Running;
    Fiber.resume task.fiber k
  end

let check_spec m (task : Task.t) =
  if task.bound >= Array.length m.cores then invalid_arg "Sched: there is no such core"
  else if task.bound >= 0 && not (serves m.cores.(task.bound) task.kind) then
    invalid_arg
      (Printf.sprintf "Sched: core %d is not of the scheduler %s" task.bound
         (Kind.to_string task.kind))
  else if Idle.first m.members.(Kind.index task.kind) < 0 then
    invalid_arg (Printf.sprintf "Sched: no core is of the scheduler %s" (Kind.to_string task.kind))

let start_task m core (parent : Task.t) fiber main =
  let task = Task.create ~parent ~id:(next_id core) ~core:core.index fiber in
  let step = Task.Start main in
  if task.bound >= 0 || not (serves core task.kind) then check_spec m task;
  if task.kind <> Drivers then Fair.adopt (fair core task.kind) task;
  register core task;
  Hal.Trace.name Fiber task.id task.name;
  Hal.Trace.record Fiber_start ~subject:task.id ~argument:parent.id;
  let target = if task.bound >= 0 then task.bound else Placing.place m core task in
  if task.kind = Drivers && target = core.index then Placing.push_driver core task step
  else begin
    task.step <- step;
    Placing.put m core task target
  end

let spawn (parent : Task.t) fiber main k =
  let m = !machine in
  match Fiber.canceled parent.fiber with
  | Some (e, backtrace) -> Effect.Deep.discontinue_with_backtrace k e backtrace
  | None -> (
      match start_task m m.cores.(parent.core) parent fiber main with
      | () -> Effect.Deep.continue k ()
      | exception e -> Effect.Deep.discontinue k e)

let largest_seconds = 1e9

let cancel_at core (type a) (computation : a Computation.t) ~at e backtrace =
  let fire () = Computation.cancel computation e backtrace in
  let entry = Deadlines.add core.deadlines ~at fire in
  let forget _ entry () = Deadlines.cancel entry in
  let over = Trigger.from_action entry () forget in
  if not (Computation.try_attach computation over) then Deadlines.cancel entry

let cancel_after (task : Task.t) computation seconds e backtrace k =
  match Fiber.canceled task.fiber with
  | Some (e, backtrace) -> Effect.Deep.discontinue_with_backtrace k e backtrace
  | None when seconds > largest_seconds ->
      Effect.Deep.discontinue k (Invalid_argument "Computation.cancel_after: more than 1e9 seconds")
  | None ->
      let now = Hal.Core.ns_of_ticks (Hal.Core.ticks (Hal.Core.turn ())) in
      let at = now + int_of_float (Float.ceil (seconds *. 1e9)) in
      cancel_at !machine.cores.(task.core) computation ~at:(Hal.Core.ticks_of_ns at) e backtrace;
      Effect.Deep.continue k ()

type _ Effect.t += This : Task.t Effect.t

let this () = Effect.perform This
let yield = Some (fun k -> Task.Continue k)

type 'a answer = (('a, Task.step) Effect.Deep.continuation -> Task.step) option

let effects (type a) (task : Task.t) (asked : a Effect.t) : a answer =
  match asked with
  | Fiber.Yield -> yield
  | Fiber.Current -> Some (fun k -> Effect.Deep.continue k task.fiber)
  | Trigger.Await trigger -> Some (fun k -> await task trigger k)
  | Fiber.Spawn { fiber; main } -> Some (fun k -> spawn task fiber main k)
  | Computation.Cancel_after { seconds; exn; bt; computation } ->
      Some (fun k -> cancel_after task computation seconds exn bt k)
  | This -> Some (fun k -> Effect.Deep.continue k task)
  | _ -> None

let over () = Task.Over
let failed e = Task.Failed (e, Printexc.get_raw_backtrace ())

let go_on (task : Task.t) : Task.step -> Task.step = function
  | Continue k -> Fiber.continue task.fiber k ()
  | Answer k -> Fiber.resume task.fiber k
  | Start main ->
      let effc asked = effects task asked in
      Effect.Deep.match_with main task.fiber { retc = over; exnc = failed; effc }
  | (Suspended | Over | Failed _) as step -> step
