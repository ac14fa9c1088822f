open Picos

let now_ns () = Hal.Machine.uptime_ns ()
let wall_ns = Hal.Machine.wall_ns
let seconds ns = float ns *. 1e-9

let sleep_until ns =
  let rec again () =
    let left = ns - now_ns () in
    if left > 0 then begin
      Fiber.sleep ~seconds:(seconds left);
      again ()
    end
  in
  Reason.during "time" again

let sleep ns = sleep_until (now_ns () + ns)

exception Time_is_up

let cancel_after ~ns computation e =
  Computation.cancel_after computation ~seconds:(seconds ns) e (Printexc.get_callstack 0)

(* The computation of the deadline is the fiber's own while f runs, and is canceled when the outer
   one is. *)
let under (inner : unit Computation.t) f =
  let fiber = Fiber.current () in
  let (Packed outer as packed) = Fiber.get_computation fiber in
  let link = Computation.attach_canceler ~from:outer ~into:inner in
  let leave () =
    Fiber.set_computation fiber packed;
    ignore (Computation.try_finish inner : bool);
    Computation.detach outer link
  in
  Fiber.set_computation fiber (Packed inner);
  match f () with
  | value ->
      leave ();
      value
  | exception e ->
      let backtrace = Printexc.get_raw_backtrace () in
      leave ();
      Printexc.raise_with_backtrace e backtrace

let is_up inner = match Computation.canceled inner with Some (Time_is_up, _) -> true | _ -> false

let within ~ns f =
  let inner = Computation.create () in
  match
    under inner (fun () ->
        cancel_after ~ns inner Time_is_up;
        f ())
  with
  | value -> Ok value
  | exception Time_is_up when is_up inner -> Error `Time_is_up

let before ~at_ns f = within ~ns:(max 0 (at_ns - now_ns ())) f
