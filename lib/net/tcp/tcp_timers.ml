open Control

let next t =
  let data = Int.min (Int.min t.resend_at t.late_at) (Int.min t.tail_at t.persist_at) in
  Int.min (Int.min data t.answer_at) (Int.min t.keep_at t.end_at)

let on_way t = Int.max (t.nxt - t.una) 0

let give_up t =
  if is_synchronized t then t.reset_due <- true;
  finish t Timed_out

(* All that is on its way is held for lost. A peer that takes nothing gets only the first again,
   as a probe, for as long as it answers. *)
let resend_all t =
  if t.window > 0 then begin
    Flight.mark_all t.flight;
    Congestion.timed_out t.congestion ~in_flight:(on_way t);
    t.recovery <- t.nxt;
    t.tail <- -1;
    t.is_after_timeout <- true;
    t.inflation <- 0;
    t.duplicates <- 0
  end
  else begin
    Flight.mark_first_again t.flight;
    t.probe_due <- true
  end

let resend t ~now =
  t.tries <- t.tries + 1;
  t.tail_at <- max_int;
  t.late_at <- max_int;
  let is_new = not (is_synchronized t) in
  if t.tries > if is_new then t.config.syn_attempts else t.config.attempts then give_up t
  else begin
    Round_trip.back_off t.round_trip;
    t.resend_at <- now + Round_trip.timeout t.round_trip;
    if is_new then t.syn_due <- true else resend_all t
  end

let late t ~now =
  t.late_at <- max_int;
  Tcp_recovery.look t ~now

(* New data if there is any that the peer takes, else the last segment again (RFC 8985 7.3). *)
let tail t =
  t.tail_at <- max_int;
  if t.recovery < 0 && not (Flight.is_empty t.flight) then
    if data_end t > t.nxt && window_left t > 0 then t.probe_due <- true else t.tail_due <- true

let persist t =
  t.persist_at <- max_int;
  Round_trip.back_off t.round_trip;
  t.probe_due <- true

let keep t ~now =
  let interval = Int.min t.config.keep_alive (75_000 * ms) in
  if t.keep_tries >= 9 then give_up t
  else if now - t.heard_at >= t.config.keep_alive then begin
    t.keep_tries <- t.keep_tries + 1;
    t.keep_due <- true;
    t.keep_at <- now + interval
  end
  else t.keep_at <- t.heard_at + t.config.keep_alive

let answer t =
  t.answer_at <- max_int;
  t.ack_due <- true

let expire t ~now =
  if t.end_at <= now then finish t Finished;
  if t.keep_at <= now then keep t ~now;
  if t.answer_at <= now then answer t;
  if t.persist_at <= now then persist t;
  if t.late_at <= now then late t ~now;
  if t.resend_at <= now then resend t ~now;
  if t.tail_at <= now then tail t
