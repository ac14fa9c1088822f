type t = {
  mutable smoothed : int;
  mutable variation : int;
  mutable least : int;
  mutable base : int;  (** the timeout, from what was measured *)
  mutable doublings : int;
}

let ms = 1_000_000
let shortest = 200 * ms
let longest = 60_000 * ms
let create () =
  { smoothed = 0; variation = 0; least = max_int; base = 1000 * ms; doublings = 0 }

let has_measured t = t.least < max_int
let smoothed t = t.smoothed
let least t = t.least

let measured t time =
  let time = Int.max 1 time in
  if has_measured t then begin
    t.variation <- ((3 * t.variation) + abs (t.smoothed - time)) / 4;
    t.smoothed <- ((7 * t.smoothed) + time) / 8
  end
  else begin
    t.smoothed <- time;
    t.variation <- time / 2
  end;
  t.least <- Int.min t.least time;
  t.doublings <- 0;
  t.base <- Int.max shortest (Int.min longest (t.smoothed + Int.max ms (4 * t.variation)))

let timeout t = Int.min longest (t.base lsl t.doublings)
let back_off t = if t.doublings < 10 then t.doublings <- t.doublings + 1
let progress t = t.doublings <- 0
