type t = { busy_ns : int; elapsed_ns : int; interrupts : int }

let sum of_core =
  Array.fold_left (fun sum core -> sum + of_core core) 0 (Hal.Machine.cores ())

let idle_ns () = sum (fun (core : Hal.Machine.core) -> core.idle_ns)
let interrupts () = sum (fun (core : Hal.Machine.core) -> core.interrupts)

let measure work =
  let cores = Array.length (Hal.Machine.cores ()) in
  let idle = idle_ns () and came = interrupts () and began = Hal.Machine.uptime_ns () in
  let result = work () in
  let elapsed_ns = Hal.Machine.uptime_ns () - began in
  let busy_ns = (cores * elapsed_ns) - (idle_ns () - idle) in
  (result, { busy_ns; elapsed_ns; interrupts = interrupts () - came })
