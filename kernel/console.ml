let bell = Sched.Bell.create "console input"

let start () =
  Keyboards.start ~bell;
  if not (Hal.Console.is_polled ()) then
    Sched.Interrupt.on_event ~name:"console input" (Hal.Console.event ()) (fun () ->
        Sched.Bell.ring bell)

let poll_ns = 10_000_000

(* A line without an interrupt is looked at now and then. *)
let wait () =
  if Hal.Console.is_polled () then
    ignore (Sched.Time.within ~ns:poll_ns (fun () -> Sched.Bell.wait bell) : (unit, _) result)
  else Sched.Bell.wait bell

let rec read_waiting buffer ~pos ~len =
  let of_line = Hal.Console.read buffer ~pos ~len in
  let n = if of_line > 0 then of_line else Keyboards.read buffer ~pos ~len in
  if n = 0 && len > 0 then begin
    wait ();
    read_waiting buffer ~pos ~len
  end
  else n

let read ?timeout_ns buffer ~pos ~len =
  match timeout_ns with
  | None -> read_waiting buffer ~pos ~len
  | Some ns -> (
      match Sched.Time.within ~ns (fun () -> read_waiting buffer ~pos ~len) with
      | Ok n -> n
      | Error `Time_is_up -> 0)
