let during reason wait =
  let task = Effects.this () in
  let before = task.reason in
  task.reason <- reason;
  match wait () with
  | value ->
      task.reason <- before;
      value
  | exception e ->
      let backtrace = Printexc.get_raw_backtrace () in
      task.reason <- before;
      Printexc.raise_with_backtrace e backtrace
