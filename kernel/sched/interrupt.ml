open Picos

type t = { number : int; name : string; level : bool; occurrence : Trigger.t Occurrence.t }
type error = Hal.Interrupt.error

let pp_error = Hal.Interrupt.pp_error

let deliver t = Option.iter Trigger.signal (Occurrence.happen t.occurrence)
let names : (int * string) list Atomic.t = Atomic.make []

let rec remember number name =
  let seen = Atomic.get names in
  if not (Atomic.compare_and_set names seen ((number, name) :: List.remove_assoc number seen)) then
    remember number name

let name_all () =
  List.iter (fun (number, name) -> Hal.Trace.name Interrupt_line number name) (Atomic.get names)

let on_event ~name number action =
  remember number name;
  Hal.Trace.name Interrupt_line number name;
  Events.set number action

let make ~name ~level number =
  let t = { number; name; level; occurrence = Occurrence.create () } in
  on_event ~name number (fun () -> deliver t);
  t

let claim ~name trigger number =
  let t = make ~name ~level:(trigger <> Hal.Interrupt.Edge) number in
  Result.map (fun () -> t) (Hal.Interrupt.claim number trigger)

let of_event ~name number = make ~name ~level:false number

let suspend t trigger ticket =
  if t.level then Hal.Interrupt.unmask t.number;
  match Reason.during t.name (fun () -> Trigger.await trigger) with
  | None -> Hal.Interrupt.served t.number
  | Some (e, backtrace) ->
      Occurrence.cancel t.occurrence ticket;
      Printexc.raise_with_backtrace e backtrace

let wait t =
  let trigger = Trigger.create () in
  match Occurrence.await t.occurrence trigger with
  | Came -> Hal.Interrupt.served t.number
  | Wait ticket -> suspend t trigger ticket
  | Busy -> invalid_arg (Printf.sprintf "Interrupt.wait: another fiber waits for %s" t.name)

type statistics = {
  number : int;
  name : string;
  count : int;
  served : int;
  longest_ns : int;
  mean_ns : int;
}

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
