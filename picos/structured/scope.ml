open Picos

type t = { fiber : Fiber.t; outer : Computation.packed; canceler : Trigger.t }

let enter fiber (Computation.Packed into as inner) =
  let (Packed from as outer) = Fiber.get_computation fiber in
  let canceler = Computation.attach_canceler ~from ~into in
  Fiber.set_computation fiber inner;
  { fiber; outer; canceler }

let leave t = Fiber.set_computation t.fiber t.outer

let detach { outer = Packed from; canceler; _ } = Computation.detach from canceler
