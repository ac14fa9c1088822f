open Picos

(* A position is a computation that returns its value and the next position. Pushing completes the
   last one; then [tail] is moved on, by whoever finds that it has stayed behind. *)
type 'a cursor = Position of ('a * 'a cursor) Computation.t [@@unboxed]
type 'a t = { tail : 'a cursor Atomic.t }

let new_position () = Position (Computation.create ())

let create ?(padded = false) () =
  let make = if padded then Atomic.make_contended else Atomic.make in
  { tail = make (new_position ()) }

let is_at_end (Position c) = Computation.is_running c || Computation.is_canceled c

let rec tap t =
  let (Position c as tail) = Atomic.get t.tail in
  if is_at_end tail then tail
  else begin
    let _value, next = Computation.peek_exn c in
    ignore (Atomic.compare_and_set t.tail tail next : bool);
    tap t
  end

let rec push_before t value next =
  let (Position c as tail) = tap t in
  if Computation.try_return c (value, next) then
    ignore (Atomic.compare_and_set t.tail tail next : bool)
  else begin
    Computation.check c;
    push_before t value next
  end

let push t value = push_before t value (new_position ())

let rec poison_at t exn bt =
  let (Position c) = tap t in
  if not (Computation.try_cancel c exn bt || Computation.is_canceled c) then poison_at t exn bt

let poison ?(callstack = 0) t exn = poison_at t exn (Printexc.get_callstack callstack)

let peek_opt (Position c) =
  if Computation.is_running c then None else Some (Computation.peek_exn c)

let read (Position c) = Computation.await c
let read_evt (Position c) = Event.from_computation c
