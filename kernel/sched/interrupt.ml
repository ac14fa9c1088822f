open Picos

type state = Quiet | Happened | Awaited of Trigger.t
type t = { number : int; name : string; level : bool; state : state Atomic.t }
type error = Hal.Interrupt.error

let pp_error = Hal.Interrupt.pp_error

let rec deliver t =
  match Atomic.get t.state with
  | Happened -> ()
  | Quiet -> if not (Atomic.compare_and_set t.state Quiet Happened) then deliver t
  | Awaited trigger as seen ->
      if Atomic.compare_and_set t.state seen Quiet then Trigger.signal trigger else deliver t

let names : (int * string) list Atomic.t = Atomic.make []

let rec remember number name =
  let seen = Atomic.get names in
  if not (Atomic.compare_and_set names seen ((number, name) :: List.remove_assoc number seen)) then
    remember number name

let make ~name ~level number =
  let t = { number; name; level; state = Atomic.make Quiet } in
  remember number name;
  Events.set number (fun () -> deliver t);
  t

let claim ~name trigger number =
  let t = make ~name ~level:(trigger <> Hal.Interrupt.Edge) number in
  Result.map (fun () -> t) (Hal.Interrupt.claim number trigger)

let of_event ~name number = make ~name ~level:false number

(* The waiter was canceled. When it had been woken too, the occurrence is for the next to wait. *)
let take_back t awaited =
  if not (Atomic.compare_and_set t.state awaited Quiet) then
    ignore (Atomic.compare_and_set t.state Quiet Happened : bool)

let suspend t trigger awaited =
  if t.level then Hal.Interrupt.unmask t.number;
  match Reason.during t.name (fun () -> Trigger.await trigger) with
  | None -> Hal.Interrupt.served t.number
  | Some (e, backtrace) ->
      take_back t awaited;
      Printexc.raise_with_backtrace e backtrace

let rec wait t =
  match Atomic.get t.state with
  | Awaited _ -> invalid_arg (Printf.sprintf "Interrupt.wait: another fiber waits for %s" t.name)
  | Happened ->
      if Atomic.compare_and_set t.state Happened Quiet then Hal.Interrupt.served t.number else wait t
  | Quiet ->
      let trigger = Trigger.create () in
      let awaited = Awaited trigger in
      if Atomic.compare_and_set t.state Quiet awaited then suspend t trigger awaited else wait t

type statistics = { number : int; name : string; count : int; served : int; longest_ns : int; mean_ns : int }

let statistics_of number : statistics =
  let s = Hal.Interrupt.statistics number in
  {
    number;
    name = Option.value (List.assoc_opt number (Atomic.get names)) ~default:"";
    count = s.count;
    served = s.served;
    longest_ns = s.longest_ns;
    mean_ns = (if s.served = 0 then 0 else s.total_ns / s.served);
  }

let statistics () =
  let all = List.init (Hal.Interrupt.limit ()) statistics_of in
  List.filter (fun (s : statistics) -> s.count > 0 || s.name <> "") all
