open Process

let infinite = max_int
let count = 16
let time = 0
let file_size = 1
let stack = 3
let core = 4
let processes = 6
let files = 7
let address_space = 9
let pending_signals = 11

let first () =
  let limits = Array.make count { soft = infinite; hard = infinite } in
  limits.(stack) <- { soft = 8 lsl 20; hard = infinite };
  limits.(core) <- { soft = 0; hard = infinite };
  limits.(processes) <- { soft = 4096; hard = 4096 };
  limits.(files) <- { soft = 1024; hard = 4096 };
  limits

let frames () = (Hal.Machine.memory ()).total / 4096
