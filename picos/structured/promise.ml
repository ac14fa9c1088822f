open Picos

type 'a t = 'a Computation.t

let of_value = Computation.returned
let await = Computation.await
let completed = Sync.Event.from_computation
let is_running = Computation.is_running

let try_terminate ?(callstack = 0) t =
  Computation.try_cancel t Control.Terminate (Printexc.get_callstack callstack)

let terminate ?callstack t = ignore (try_terminate ?callstack t : bool)

let terminate_after ?(callstack = 0) t ~seconds =
  Computation.cancel_after t ~seconds Control.Terminate (Printexc.get_callstack callstack)

module Private = struct
  let of_computation computation = computation
end
