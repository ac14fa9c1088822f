type curve = {
  mutable largest : float;  (** the window, in segments, at which something was lost *)
  mutable reach : float;  (** seconds from the epoch's beginning until it is reached again *)
  mutable estimate : float;  (** the window that Reno would have *)
}

type t = {
  mutable segment : int;
  mutable window : int;
  mutable threshold : int;
  mutable epoch : int;  (** when growth began; -1: not yet *)
  curve : curve;
}

(* RFC 9438 4.1, 4.6, 5: the constants C and beta; alpha is 3 (1 - beta) / (1 + beta). *)
let scale = 0.4
let beta = 0.7
let alpha = 3. *. (1. -. beta) /. (1. +. beta)
let initial segment = Int.min (10 * segment) (Int.max (2 * segment) 14600)

let create ~segment =
  let curve = { largest = 0.; reach = 0.; estimate = 0. } in
  { segment; window = initial segment; threshold = max_int; epoch = -1; curve }

let set_segment t segment =
  t.segment <- segment;
  t.window <- Int.max t.window segment

let window t = t.window
let in_slow_start t = t.window < t.threshold
let segments t = float_of_int t.window /. float_of_int t.segment

(* ---- congestion avoidance ---- *)

let begin_epoch t ~now =
  let c = t.curve in
  t.epoch <- now;
  c.estimate <- segments t;
  if c.largest <= segments t then begin
    c.largest <- segments t;
    c.reach <- 0.
  end
  else c.reach <- Float.cbrt ((c.largest -. segments t) /. scale)

let cubic t seconds = (scale *. Float.pow (seconds -. t.curve.reach) 3.) +. t.curve.largest

(* The window one round trip ahead, and at most half as large again as now (RFC 9438 4.2). *)
let target t ~now ~round_trip =
  let seconds = float_of_int (now - t.epoch + round_trip) /. 1e9 in
  Float.max (segments t) (Float.min (cubic t seconds) (1.5 *. segments t))

let avoid t ~now ~bytes ~round_trip =
  if t.epoch < 0 then begin_epoch t ~now;
  let c = t.curve and acked = float_of_int bytes /. float_of_int t.segment in
  let gain = if c.estimate >= c.largest then 1. else alpha in
  c.estimate <- c.estimate +. (gain *. acked /. segments t);
  let grown =
    Float.max c.estimate
      (segments t +. ((target t ~now ~round_trip -. segments t) *. acked /. segments t))
  in
  t.window <- Int.min (1 lsl 30) (int_of_float (grown *. float_of_int t.segment))

let acknowledged t ~now ~bytes ~round_trip =
  if in_slow_start t then t.window <- Int.min (1 lsl 30) (t.window + Int.min bytes (2 * t.segment))
  else avoid t ~now ~bytes ~round_trip

(* ---- losses ---- *)

(* A window that did not come up to the last one leaves room to others (RFC 9438 4.7). *)
let reduce t ~in_flight =
  let c = t.curve and now = segments t in
  c.largest <- (if now < c.largest then now *. (1. +. beta) /. 2. else now);
  let used = float_of_int (Int.min t.window (Int.max in_flight t.segment)) in
  t.threshold <- Int.max (2 * t.segment) (int_of_float (beta *. used));
  t.epoch <- -1

let lost t ~in_flight =
  reduce t ~in_flight;
  t.window <- t.threshold

let timed_out t ~in_flight =
  reduce t ~in_flight;
  t.window <- t.segment

let recovered t = t.window <- Int.min t.threshold (Int.max t.window (2 * t.segment))
let was_idle t =
  t.epoch <- -1;
  t.window <- Int.min t.window (initial t.segment)
