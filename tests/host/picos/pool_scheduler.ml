open Picos
open Effect.Deep

type t = {
  lock : Mutex.t;
  changed : Condition.t;
  ready : (unit -> unit) Dynarray.t;
  mutable nr_live : int;
  mutable failure : (exn * Printexc.raw_backtrace) option;
}

let push t step =
  Mutex.protect t.lock (fun () ->
      Dynarray.add_last t.ready step;
      Condition.signal t.changed)

let add_live t n =
  Mutex.protect t.lock (fun () ->
      t.nr_live <- t.nr_live + n;
      if t.nr_live = 0 then Condition.broadcast t.changed)

let fail t exn bt =
  Mutex.protect t.lock (fun () ->
      t.failure <- Some (exn, bt);
      Condition.broadcast t.changed)

let take_random random ready =
  let index = Random.State.int random (Dynarray.length ready) in
  let step = Dynarray.get ready index in
  Dynarray.set ready index (Dynarray.get_last ready);
  Dynarray.remove_last ready;
  step

(* None when all fibers have ended, or one has failed. *)
let take t random =
  Mutex.protect t.lock (fun () ->
      while Dynarray.is_empty t.ready && t.nr_live > 0 && t.failure = None do
        Condition.wait t.changed t.lock
      done;
      if Dynarray.is_empty t.ready || t.failure <> None then None
      else Some (take_random random t.ready))

let resume_action trigger (t, fiber) k =
  ignore (Fiber.unsuspend fiber trigger : bool);
  push t (fun () -> Fiber.resume fiber k)

let unless_canceled fiber k act =
  match Fiber.canceled fiber with
  | Some (exn, bt) -> discontinue_with_backtrace k exn bt
  | None ->
      act ();
      continue k ()

let rec start t (fiber : Fiber.t) main =
  add_live t 1;
  push t (fun () -> run_fiber t fiber main)

and run_fiber t (fiber : Fiber.t) main =
  let[@alert "-handler"] effc : type a. a Effect.t -> ((a, unit) continuation -> unit) option =
    function
    | Fiber.Current -> Some (fun k -> continue k fiber)
    | Fiber.Yield -> Some (fun k -> push t (fun () -> Fiber.continue fiber k ()))
    | Fiber.Spawn r -> Some (fun k -> unless_canceled fiber k (fun () -> start t r.fiber r.main))
    | Trigger.Await trigger ->
        Some
          (fun k ->
            if not (Fiber.try_suspend fiber trigger (t, fiber) k resume_action) then
              push t (fun () -> Fiber.resume fiber k))
    | Computation.Cancel_after _ -> Some (fun k -> discontinue k (Failure "no clock"))
    | _ -> None
  in
  match_with main fiber { retc = (fun () -> add_live t (-1)); exnc = raise; effc }

let rec work t random =
  match take t random with
  | None -> ()
  | Some step ->
      (try step () with exn -> fail t exn (Printexc.get_raw_backtrace ()));
      work t random

let run ~seed ~domains main =
  let t =
    {
      lock = Mutex.create ();
      changed = Condition.create ();
      ready = Dynarray.create ();
      nr_live = 0;
      failure = None;
    }
  in
  let computation = Computation.create ~mode:`LIFO () in
  start t (Fiber.create ~forbid:false computation) (fun _fiber ->
      Computation.capture computation main ());
  let worker index () = work t (Random.State.make [| seed; index |]) in
  let others = List.init (domains - 1) (fun index -> Domain.spawn (worker (index + 1))) in
  worker 0 ();
  List.iter Domain.join others;
  match t.failure with
  | Some (exn, bt) -> Printexc.raise_with_backtrace exn bt
  | None -> Computation.peek_exn computation
