open Picos
open Effect.Deep

exception Deadlock

module Deadlines = Map.Make (struct
  type t = float * int

  let compare = compare
end)

type t = {
  ready : (unit -> unit) Queue.t;
  mutable nr_live : int;
  mutable now : float;
  mutable nr_timers : int;
  mutable deadlines : (unit -> unit) Deadlines.t;
}

let[@alert "-handler"] cancel_after t computation seconds exn bt =
  let key = (t.now +. seconds, t.nr_timers) in
  t.nr_timers <- t.nr_timers + 1;
  t.deadlines <- Deadlines.add key (fun () -> Computation.cancel computation exn bt) t.deadlines;
  let disarm _ () () = t.deadlines <- Deadlines.remove key t.deadlines in
  let timer = Trigger.from_action () () disarm in
  if not (Computation.try_attach computation timer) then Trigger.signal timer

let resume_action trigger (t, fiber) k =
  ignore (Fiber.unsuspend fiber trigger : bool);
  Queue.push (fun () -> Fiber.resume fiber k) t.ready

(* All or nothing: what the fiber asked for is done, or it is canceled. *)
let unless_canceled fiber k act =
  match Fiber.canceled fiber with
  | Some (exn, bt) -> discontinue_with_backtrace k exn bt
  | None ->
      act ();
      continue k ()

let rec start t (fiber : Fiber.t) main =
  t.nr_live <- t.nr_live + 1;
  Queue.push (fun () -> run_fiber t fiber main) t.ready

and run_fiber t (fiber : Fiber.t) main =
  let[@alert "-handler"] effc : type a. a Effect.t -> ((a, unit) continuation -> unit) option =
    function
    | Fiber.Current -> Some (fun k -> continue k fiber)
    | Fiber.Yield -> Some (fun k -> Queue.push (fun () -> Fiber.continue fiber k ()) t.ready)
    | Fiber.Spawn r ->
        Some
          (fun k ->
            unless_canceled fiber k (fun () -> start t r.fiber r.main))
    | Computation.Cancel_after r ->
        Some
          (fun k ->
            unless_canceled fiber k (fun () ->
                cancel_after t r.computation r.seconds r.exn r.bt))
    | Trigger.Await trigger ->
        Some
          (fun k ->
            if not (Fiber.try_suspend fiber trigger (t, fiber) k resume_action) then
              Queue.push (fun () -> Fiber.resume fiber k) t.ready)
    | _ -> None
  in
  match_with main fiber { retc = (fun () -> t.nr_live <- t.nr_live - 1); exnc = raise; effc }

let rec loop t =
  match Queue.take_opt t.ready with
  | Some next ->
      next ();
      loop t
  | None when t.nr_live = 0 -> ()
  | None -> (
      match Deadlines.min_binding_opt t.deadlines with
      | Some (((time, _) as key), expire) when time < infinity ->
          t.now <- time;
          t.deadlines <- Deadlines.remove key t.deadlines;
          expire ();
          loop t
      | _ -> raise Deadlock)

let run ?(forbid = false) main =
  let t =
    { ready = Queue.create (); nr_live = 0; now = 0.; nr_timers = 0; deadlines = Deadlines.empty }
  in
  let computation = Computation.create ~mode:`LIFO () in
  start t (Fiber.create ~forbid computation) (fun _ -> Computation.capture computation main ());
  loop t;
  Computation.peek_exn computation
