(* TEST *)

(* Fibers that begin in one domain and end in another: their stacks are of no use to the second,
   which begins none. Kept for good they would fill the machine. *)

open Effect
open Effect.Deep

type _ Effect.t += Move : unit Effect.t

let fibers = 400_000
let most_on_the_way = 100

type place = Empty | Moved of (unit, unit) continuation

let places = Array.init most_on_the_way (fun _ -> Atomic.make Empty)
let ended = Atomic.make 0

let rec wait_until condition =
  if not (condition ()) then begin
    Domain.cpu_relax ();
    wait_until condition
  end

let begin_one i =
  let place = places.(i mod most_on_the_way) in
  wait_until (fun () -> Atomic.get place == Empty);
  try_with perform Move
    {
      effc =
        (fun (type a) (asked : a Effect.t) ->
          match asked with
          | Move -> Some (fun (k : (a, unit) continuation) -> Atomic.set place (Moved k))
          | _ -> None);
    }

let end_one i =
  let place = places.(i mod most_on_the_way) in
  wait_until (fun () -> Atomic.get place != Empty);
  match Atomic.exchange place Empty with
  | Empty -> assert false
  | Moved k ->
      continue k ();
      Atomic.incr ended

let each f =
  for i = 0 to fibers - 1 do
    f i
  done

let () =
  let other = Domain.spawn (fun () -> each end_one) in
  each begin_one;
  Domain.join other;
  Printf.printf "%d\n" (Atomic.get ended)
