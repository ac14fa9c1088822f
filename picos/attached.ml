type mode = [ `FIFO | `LIFO ]

let living triggers = List.filter (fun trigger -> not (Trigger.is_signaled trigger)) triggers

let signal mode triggers =
  List.iter Trigger.signal (match mode with `FIFO -> List.rev triggers | `LIFO -> triggers)
