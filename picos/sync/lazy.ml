open Picos

exception Undefined = Stdlib.Lazy.Undefined

type 'a state =
  | Delayed of (unit -> 'a)
  | Forcing of { by : Fiber.t; result : 'a Computation.t }
  | Forced of 'a Computation.t  (** completed *)

type 'a t = 'a state Atomic.t

let from_fun thunk = Atomic.make (Delayed thunk)
let from_val value = Atomic.make (Forced (Computation.returned value))

let is_val t =
  match Atomic.get t with
  | Forced result -> not (Computation.is_canceled result)
  | Delayed _ | Forcing _ -> false

let compute t thunk result =
  Computation.capture result thunk ();
  Atomic.set t (Forced result);
  Computation.peek_exn result

let rec force t =
  match Atomic.get t with
  | Forced result -> Computation.peek_exn result
  | Forcing { by; result } ->
      if Fiber.equal by (Fiber.current ()) then raise Undefined;
      Computation.await result
  | Delayed thunk as before ->
      let by = Fiber.current () and result = Computation.create () in
      Fiber.check by;
      if Atomic.compare_and_set t before (Forcing { by; result }) then compute t thunk result
      else force t

let force_val = force
let map fn t = from_fun (fun () -> fn (force t))
let map_val fn t = if is_val t then from_val (fn (force t)) else map fn t
