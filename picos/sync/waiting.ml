open Picos

type t = Trigger.t Line.t Atomic.t

let create ?(padded = false) () =
  if padded then Atomic.make_contended Line.empty else Atomic.make Line.empty

let rec signal t =
  let before = Atomic.get t in
  match Line.first before with
  | None -> ()
  | Some (place, trigger) ->
      if Atomic.compare_and_set t before (Line.leave before place) then Trigger.signal trigger
      else signal t

let broadcast t =
  if not (Line.is_empty (Atomic.get t)) then
    Line.iter Trigger.signal (Atomic.exchange t Line.empty)

let rec join t trigger =
  let before = Atomic.get t in
  let place, after = Line.join before trigger in
  if Atomic.compare_and_set t before after then place else join t trigger

(* False when the trigger was not in the line: it has been signaled. *)
let rec leave t place trigger =
  let before = Atomic.get t in
  Line.holds before place trigger
  && (Atomic.compare_and_set t before (Line.leave before place) || leave t place trigger)

let release_or_leave t place trigger release =
  try release ()
  with exn ->
    let bt = Printexc.get_raw_backtrace () in
    if not (leave t place trigger) then signal t;
    Printexc.raise_with_backtrace exn bt

let forbidding fiber acquire =
  let forbid = Fiber.exchange fiber ~forbid:true in
  match acquire () with
  | () -> Fiber.set fiber ~forbid
  | exception exn ->
      let bt = Printexc.get_raw_backtrace () in
      Fiber.set fiber ~forbid;
      Printexc.raise_with_backtrace exn bt

let wait t ~release ~acquire =
  let fiber = Fiber.current () in
  let trigger = Trigger.create () in
  let place = join t trigger in
  release_or_leave t place trigger release;
  let canceled = Trigger.await trigger in
  let was_in_line = leave t place trigger in
  if Option.is_some canceled && not was_in_line then signal t;
  forbidding fiber acquire;
  match canceled with None -> () | Some (exn, bt) -> Printexc.raise_with_backtrace exn bt
