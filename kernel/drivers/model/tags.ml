open Picos

type t = { name : string; free : int list Atomic.t; waiting : Trigger.t list Atomic.t }

let create ~name numbers = { name; free = Atomic.make numbers; waiting = Atomic.make [] }

let rec change list f =
  let seen = Atomic.get list in
  if not (Atomic.compare_and_set list seen (f seen)) then change list f

let rec try_take t =
  match Atomic.get t.free with
  | [] -> -1
  | tag :: rest as seen -> if Atomic.compare_and_set t.free seen rest then tag else try_take t

let await t =
  let trigger = Trigger.create () in
  change t.waiting (List.cons trigger);
  if Atomic.get t.free = [] then
    match Sched.Reason.during t.name (fun () -> Trigger.await trigger) with
    | None -> ()
    | Some (e, backtrace) -> Printexc.raise_with_backtrace e backtrace

let rec take t =
  match try_take t with
  | -1 ->
      await t;
      take t
  | tag -> tag

let wake t =
  if Atomic.get t.waiting <> [] then List.iter Trigger.signal (Atomic.exchange t.waiting [])

let rec give_back t tag =
  let seen = Atomic.get t.free in
  if Atomic.compare_and_set t.free seen (tag :: seen) then wake t else give_back t tag
