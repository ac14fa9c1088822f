open Picos
module Latch = Sync.Latch

type t = {
  scope : unit Computation.t;
  packed : Computation.packed;  (** the scope: the same value for all fibers *)
  live : Latch.t;
  errors : (exn * Printexc.raw_backtrace) list Atomic.t;  (** the last one first *)
}

let create () =
  let scope = Computation.create ~mode:`LIFO () in
  { scope; packed = Packed scope; live = Latch.create 1; errors = Atomic.make [] }

(* ---- Ending ---- *)

let terminate ?(callstack = 0) t =
  Computation.cancel t.scope Control.Terminate (Printexc.get_callstack callstack)

let terminate_after ?(callstack = 0) t ~seconds =
  Computation.cancel_after t.scope ~seconds Control.Terminate (Printexc.get_callstack callstack)

let rec add_error t error =
  let before = Atomic.get t.errors in
  if not (Atomic.compare_and_set t.errors before (error :: before)) then add_error t error

let error ?callstack t exn bt =
  terminate ?callstack t;
  match exn with Control.Terminate -> () | exn -> add_error t (exn, bt)

(* Whether it is what a fiber raises that ends as it was asked to, which is no error. *)
let is_cancelation t exn =
  match (exn, Computation.canceled t.scope) with
  | Control.Terminate, _ -> true
  | _, Some (cancelation, _) -> exn == cancelation
  | _, None -> false

let child_raised t exn bt = if not (is_cancelation t exn) then error t exn bt

let raise_errors t =
  match Atomic.get t.errors with
  | [] -> ()
  | [ (exn, bt) ] -> Printexc.raise_with_backtrace exn bt
  | (_, bt) :: _ as errors -> Printexc.raise_with_backtrace (Control.Errors (List.rev errors)) bt

(* ---- Joining ---- *)

(* Waits for the fibers even if the owner is canceled, which reaches them through the scope. *)
let join t fiber scope =
  Scope.leave scope;
  let forbid = Fiber.exchange fiber ~forbid:true in
  Latch.decr t.live;
  Latch.await t.live;
  Fiber.set fiber ~forbid;
  Scope.detach scope;
  Computation.finish t.scope;
  raise_errors t;
  Fiber.check fiber

let join_after ?callstack ?(on_return = `Wait) body =
  let t = create () in
  let fiber = Fiber.current () in
  let scope = Scope.enter fiber t.packed in
  match body t with
  | value ->
      if on_return = `Terminate then terminate ?callstack t;
      join t fiber scope;
      value
  | exception exn ->
      let bt = Printexc.get_raw_backtrace () in
      if is_cancelation t exn then terminate ?callstack t else error ?callstack t exn bt;
      join t fiber scope;
      Printexc.raise_with_backtrace exn bt

(* ---- Forking ---- *)

let spawn t fiber main =
  try Fiber.spawn fiber main
  with exn ->
    let bt = Printexc.get_raw_backtrace () in
    Latch.decr t.live;
    Printexc.raise_with_backtrace exn bt

let run t body =
  (try body () with exn -> child_raised t exn (Printexc.get_raw_backtrace ()));
  Latch.decr t.live

(* Raises what the group was terminated with; else the fiber counts. *)
let count_one t =
  if not (Latch.try_incr t.live) then invalid_arg "the bundle has been joined";
  match Computation.canceled t.scope with
  | None -> ()
  | Some (exn, bt) ->
      Latch.decr t.live;
      Printexc.raise_with_backtrace exn bt

let fork t ~prepare body =
  count_one t;
  let fiber = Fiber.create_packed ~forbid:false t.packed in
  prepare fiber;
  spawn t fiber (fun _fiber -> run t body)

(* The promise is completed before the group knows of an error, and detached before the group can
   end. *)
let keep t promise canceler body =
  (match body () with
  | value -> Computation.return promise value
  | exception exn ->
      let bt = Printexc.get_raw_backtrace () in
      Computation.cancel promise exn bt;
      child_raised t exn bt);
  Computation.detach t.scope canceler;
  Latch.decr t.live

let fork_as_promise t ~prepare body =
  count_one t;
  let promise = Computation.create ~mode:`LIFO () in
  let canceler = Computation.canceler ~from:t.scope ~into:promise in
  if not (Computation.try_attach t.scope canceler) then Trigger.signal canceler;
  let fiber = Fiber.create ~forbid:false promise in
  prepare fiber;
  match Fiber.spawn fiber (fun _fiber -> keep t promise canceler body) with
  | () -> promise
  | exception exn ->
      let bt = Printexc.get_raw_backtrace () in
      Computation.detach t.scope canceler;
      Latch.decr t.live;
      Printexc.raise_with_backtrace exn bt
