open Picos

type t = { count : int Atomic.t; zero : unit Computation.t }

let create ?(padded = false) count =
  if count < 0 then invalid_arg "Latch.create: negative";
  {
    count = (if padded then Atomic.make_contended count else Atomic.make count);
    zero = (if count = 0 then Computation.finished else Computation.create ());
  }

(* From zero there is no way back. *)
let rec try_add t n =
  let before = Atomic.get t.count in
  before > 0
  &&
  if Atomic.compare_and_set t.count before (before + n) then begin
    if before + n = 0 then Computation.finish t.zero;
    true
  end
  else try_add t n

let try_decr t = try_add t (-1)
let try_incr t = try_add t 1
let decr t = if not (try_decr t) then invalid_arg "Latch.decr: zero"
let incr t = if not (try_incr t) then invalid_arg "Latch.incr: zero"
let await t = Computation.await t.zero
let await_evt t = Event.from_computation t.zero
