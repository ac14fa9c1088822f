let set (task : Core.task) reason number =
  task.reason <- reason;
  task.reason_number <- number

let during reason wait =
  let task = Effects.this () in
  let before = task.reason and number = task.reason_number in
  set task reason (Hal.Trace.reason reason);
  match wait () with
  | value ->
      set task before number;
      value
  | exception e ->
      let backtrace = Printexc.get_raw_backtrace () in
      set task before number;
      Printexc.raise_with_backtrace e backtrace
