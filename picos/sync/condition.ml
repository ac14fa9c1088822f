open Picos

type t = Waiting.t

let create = Waiting.create
let signal = Waiting.signal
let broadcast = Waiting.broadcast

let wait t mutex =
  let owner = Mutex.Private.owner mutex in
  Waiting.wait t
    ~release:(fun () -> Mutex.Private.unlock_as mutex (Fiber.Maybe.of_fiber (Fiber.current ())))
    ~acquire:(fun () -> Mutex.Private.lock_as mutex owner)
