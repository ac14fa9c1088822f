open Picos

(* Canceling a fiber's computation completes it at once; [ended] is when the fiber has. *)
type fiber = { computation : unit Computation.t; ended : unit Computation.t }
type t = fiber array

let start ~name bodies =
  let cores = Array.of_list (Sched.cores_serving Local) in
  let start_one i body =
    let ended = Computation.create () in
    let body () = Fun.protect ~finally:(fun () -> Computation.finish ended) body in
    let core = cores.(i mod Array.length cores) in
    let name = Printf.sprintf "%s/%d" name i in
    { computation = Sched.spawn ~kind:Local ~core ~name body; ended }
  in
  Array.mapi start_one bodies

let await t = Array.iter (fun fiber -> Computation.await fiber.computation) t

exception Over

let finish t =
  let here = Printexc.get_callstack 0 in
  Array.iter (fun fiber -> Computation.cancel fiber.computation Over here) t;
  Array.iter (fun fiber -> Computation.wait fiber.ended) t
