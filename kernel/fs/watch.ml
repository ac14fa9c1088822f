open Picos
module Places = Map.Make (Int)

type call = Wake of Trigger.t * Readiness.t | Call of (Readiness.t -> unit)
type watcher = { place : int; call : call }

(* Called in the order of their places: new ones go before the first, or behind the last. *)
type state =
  | Nobody
  | One of watcher
  | Several of { first : int; last : int; watchers : watcher Places.t }

type t = state Atomic.t

let create () = Atomic.make Nobody

let several one place watcher =
  let watchers = Places.add place watcher (Places.singleton one.place one) in
  Several { first = Int.min place one.place; last = Int.max place one.place; watchers }

let place_in ~last = function
  | Nobody -> 0
  | One { place; _ } -> if last then place + 1 else place - 1
  | Several s -> if last then s.last + 1 else s.first - 1

let with_watcher state ({ place; _ } as watcher) =
  match state with
  | Nobody -> One watcher
  | One one -> several one place watcher
  | Several { first; last; watchers } ->
      let watchers = Places.add place watcher watchers in
      Several { first = Int.min first place; last = Int.max last place; watchers }

let rec add_call ~last t call =
  let before = Atomic.get t in
  let watcher = { place = place_in ~last before; call } in
  if Atomic.compare_and_set t before (with_watcher before watcher) then watcher
  else add_call ~last t call

let add ?(last = false) t call = add_call ~last t (Call call)

let without state watcher =
  match state with
  | Nobody -> Nobody
  | One one -> if one == watcher then Nobody else state
  | Several ({ watchers; _ } as s) -> (
      match Places.find_opt watcher.place watchers with
      | Some there when there == watcher ->
          let watchers = Places.remove watcher.place watchers in
          if Places.is_empty watchers then Nobody else Several { s with watchers }
      | _ -> state)

let rec remove t watcher =
  let before = Atomic.get t in
  let after = without before watcher in
  if after != before && not (Atomic.compare_and_set t before after) then remove t watcher

let tell said { call; _ } =
  match call with
  | Call call -> call said
  | Wake (trigger, bits) ->
      if not (Readiness.is_empty (Readiness.inter bits said)) then Trigger.signal trigger

let ring t said =
  match Atomic.get t with
  | Nobody -> ()
  | One watcher -> tell said watcher
  | Several { watchers; _ } -> Places.iter (fun _place watcher -> tell said watcher) watchers

let is_empty t = match Atomic.get t with Nobody -> true | One _ | Several _ -> false

(* ---- waiting ---- *)

let add_trigger t bits trigger = add_call ~last:false t (Wake (trigger, bits))

let rec register watches trigger =
  match watches with
  | [] -> []
  | (t, bits) :: others ->
      let watcher = add_trigger t bits trigger in
      (t, watcher) :: register others trigger

let rec withdraw = function
  | [] -> ()
  | (t, watcher) :: others ->
      remove t watcher;
      withdraw others

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
