let input = lazy (Sched.Interrupt.of_event ~name:"console input" (Hal.Console.event ()))
let poll_ns = 10_000_000

let wait_for_input () =
  if Hal.Console.is_polled () then Sched.Reason.during "console input" (fun () -> Sched.Time.sleep poll_ns)
  else Sched.Interrupt.wait (Lazy.force input)

let rec read_waiting buffer ~pos ~len =
  match Hal.Console.read buffer ~pos ~len with
  | 0 when len > 0 ->
      wait_for_input ();
      read_waiting buffer ~pos ~len
  | n -> n

let read ?timeout_ns buffer ~pos ~len =
  match timeout_ns with
  | None -> read_waiting buffer ~pos ~len
  | Some ns -> (
      match Sched.Time.within ~ns (fun () -> read_waiting buffer ~pos ~len) with
      | Ok n -> n
      | Error `Time_is_up -> 0)
