open Picos

type 'a t = 'a Computation.t

let create () = Computation.create ()
let of_value = Computation.returned
let try_fill = Computation.try_return
let fill = Computation.return
let try_poison_at = Computation.try_cancel
let poison_at = Computation.cancel
let try_poison ?(callstack = 0) t exn = try_poison_at t exn (Printexc.get_callstack callstack)
let poison ?(callstack = 0) t exn = poison_at t exn (Printexc.get_callstack callstack)
let peek_opt t = if Computation.is_running t then None else Some (Computation.peek_exn t)
let read = Computation.await
let read_evt = Event.from_computation
