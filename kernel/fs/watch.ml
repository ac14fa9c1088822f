open Picos
module Ids = Map.Make (Int)

type watcher = int

(* Called in their order: those before zero are the newest first, those from zero on the oldest. *)
type state = { first : watcher; last : watcher; calls : (Readiness.t -> unit) Ids.t }
type t = state Atomic.t

let create () = Atomic.make { first = 0; last = -1; calls = Ids.empty }

let rec add ?(last = false) t call =
  let before = Atomic.get t in
  let watcher = if last then before.last + 1 else before.first - 1 in
  let calls = Ids.add watcher call before.calls in
  let after =
    if last then { before with last = watcher; calls }
    else { before with first = watcher; calls }
  in
  if Atomic.compare_and_set t before after then watcher else add ~last t call

let rec remove t watcher =
  let before = Atomic.get t in
  let calls = Ids.remove watcher before.calls in
  if calls != before.calls && not (Atomic.compare_and_set t before { before with calls }) then
    remove t watcher

let ring t said = Ids.iter (fun _watcher call -> call said) (Atomic.get t).calls
let is_empty t = Ids.is_empty (Atomic.get t).calls
let withdraw watchers = List.iter (fun (t, watcher) -> remove t watcher) watchers

let register watches trigger =
  let wake bits said =
    if not (Readiness.is_empty (Readiness.inter bits said)) then Trigger.signal trigger
  in
  List.map (fun (t, bits) -> (t, add t (wake bits))) watches

let rec wait watches ~until =
  match until () with Some value -> value | None -> wait_after watches ~until

and wait_after watches ~until =
  let trigger = Trigger.create () in
  let watchers = register watches trigger in
  match until () with
  | Some value ->
      withdraw watchers;
      value
  | None -> suspend watches ~until trigger watchers
  | exception exn ->
      let bt = Printexc.get_raw_backtrace () in
      withdraw watchers;
      Printexc.raise_with_backtrace exn bt

and suspend watches ~until trigger watchers =
  let canceled = Trigger.await trigger in
  withdraw watchers;
  match canceled with
  | None -> wait watches ~until
  | Some (exn, bt) -> Printexc.raise_with_backtrace exn bt
