let () = print_int (Adder.add 1 2)
let _ = Runtime_events.start
module _ = Program
