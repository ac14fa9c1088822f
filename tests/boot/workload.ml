open Effect
open Effect.Deep

type _ Effect.t += Ask : int -> int Effect.t

let mix h x = ((h * 31) + x) land 0x3fff_ffff_ffff

(* A small generator (a linear congruence), so that nothing depends on Stdlib.Random. *)
let next state = ((state * 6364136223846793) + 1442695040888963) land 0x3fff_ffff_ffff

(* Recursion that is not a tail call: the fiber's stack grows by reallocation. *)
let rec depth n = if n = 0 then 0 else 1 + depth (n - 1)

exception Found of int

let exceptions seed =
  let rec dig n = if n = 0 then raise (Found seed) else 1 + dig (n - 1) in
  try dig (100 + (seed land 255)) with Found x -> x land 0xffff

(* Fibers in fibers, each asking the handler below it. *)
let rec fibers level seed =
  if level = 0 then perform (Ask seed)
  else
    match_with
      (fun () -> fibers (level - 1) (next seed) + perform (Ask level))
      ()
      {
        retc = Fun.id;
        exnc = raise;
        effc =
          (fun (type a) (e : a Effect.t) ->
            match e with
            | Ask x ->
                Some (fun (k : (a, _) continuation) -> continue k ((x lxor level) land 0xffff))
            | _ -> None);
      }

let floats seed =
  let x = ref (1.0 +. (float (seed land 1023) /. 7.0)) in
  for i = 1 to 200 do
    x := sqrt (!x *. !x +. (1.0 /. float i)) +. (sin !x /. 1000.)
  done;
  int_of_float (!x *. 1e6)

module Ints = Map.Make (Int)

let collections seed =
  let map = ref Ints.empty and state = ref seed in
  for _ = 1 to 400 do
    state := next !state;
    map := Ints.add (!state land 255) [ !state; !state lsr 3 ] !map
  done;
  Ints.fold (fun key values h -> List.fold_left mix (mix h key) values) !map 7

let run ~seed ~rounds =
  let h = ref seed and state = ref seed in
  for round = 1 to rounds do
    state := next !state;
    h := mix !h (depth (1000 + (!state land 4095)));
    h := mix !h (exceptions !state);
    h := mix !h (fibers (1 + (round land 15)) !state);
    h := mix !h (floats !state);
    h := mix !h (collections !state)
  done;
  !h

let digest ~seed =
  let state = ref seed in
  let text =
    String.init 65536 (fun _ -> state := next !state; Char.chr ((!state lsr 20) land 255))
  in
  Digest.to_hex (Digest.string text)
