open Picos

type t = { name : string; occurrence : Trigger.t Occurrence.t }

let create name = { name; occurrence = Occurrence.create () }
let ring t = Option.iter Trigger.signal (Occurrence.happen t.occurrence)

let suspend t trigger ticket =
  match Reason.during t.name (fun () -> Trigger.await trigger) with
  | None -> ()
  | Some (e, backtrace) ->
      Occurrence.cancel t.occurrence ticket;
      Printexc.raise_with_backtrace e backtrace

let wait t =
  let trigger = Trigger.create () in
  match Occurrence.await t.occurrence trigger with
  | Came -> ()
  | Wait ticket -> suspend t trigger ticket
  | Busy -> invalid_arg (Printf.sprintf "Bell.wait: another fiber waits for %s" t.name)
