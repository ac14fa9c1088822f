open Control

let begin_recovery t =
  if t.recovery < 0 && Flight.has_lost t.flight then begin
    Congestion.lost t.congestion ~in_flight:(t.nxt - t.una);
    t.recovery <- t.nxt;
    t.is_after_timeout <- false;
    t.tail_at <- max_int
  end

let end_recovery t ~until =
  if t.recovery >= 0 && until >= t.recovery then begin
    if t.is_after_timeout then Congestion.recovered t.congestion;
    t.recovery <- -1;
    t.is_after_timeout <- false;
    t.inflation <- 0
  end

(* None until something is known to come out of order, when enough has come behind the gap; else a
   quarter of the shortest round trip (RFC 8985 6.2, step 4). *)
let tolerance t =
  let news = Flight.news t.flight in
  let enough = Flight.selected_bytes t.flight >= 3 * t.segment in
  if (not news.has_reordered) && (t.recovery >= 0 || enough) then 0
  else Int.min (Round_trip.smoothed t.round_trip) (Round_trip.least t.round_trip / 4)

let look t ~now =
  if t.has_sacks && (Flight.has_gaps t.flight || t.recovery >= 0) then begin
    let round_trip = t.latest_round_trip in
    t.late_at <- Flight.mark_late t.flight ~now ~round_trip ~tolerance:(tolerance t);
    begin_recovery t
  end
  else t.late_at <- max_int

let select t ~now (s : Segment.t) =
  for i = 0 to s.sacks - 1 do
    let start = Sequence.near t.una s.sack.(2 * i) in
    let stop = Sequence.near t.una s.sack.((2 * i) + 1) in
    if start >= t.una && start < stop && stop <= t.nxt then
      Flight.selected t.flight ~start ~stop ~segment:(payload_most t) ~now
  done

let measure t (news : Flight.news) =
  if news.round_trip >= 0 then begin
    t.latest_round_trip <- news.round_trip;
    Round_trip.measured t.round_trip news.round_trip
  end

(* The window grows while it is what holds the sender back (RFC 9438 5.8). *)
let grow t ~now ~on_way (news : Flight.news) =
  let used = if Congestion.in_slow_start t.congestion then 2 * on_way else on_way + t.segment in
  let may = t.recovery < 0 || t.is_after_timeout in
  if may && news.delivered > 0 && used >= Congestion.window t.congestion then
    Congestion.acknowledged t.congestion ~now ~bytes:news.delivered
      ~round_trip:(Round_trip.smoothed t.round_trip)

(* Of who does not acknowledge selectively: the next gap begins where this one ended. *)
let partial t ~until =
  if (not t.has_sacks) && t.recovery >= 0 && until > t.una && until < t.recovery then begin
    t.inflation <- 0;
    if not t.is_after_timeout then Flight.mark_first t.flight
  end

(* Whether a repeated last segment had been lost: not when the peer says that it came twice, or
   answers twice; else it was, and that counts as any loss (RFC 8985 7.4.2). *)
let settle_tail t ~until (s : Segment.t) =
  if t.tail >= 0 && until >= t.tail then begin
    let came_twice = s.sacks > 0 && Sequence.near t.una s.sack.(0) < until in
    if came_twice || (until = t.una && s.length = 0) then t.tail <- -1
    else if until > t.tail then begin
      t.tail <- -1;
      if t.recovery < 0 then Congestion.lost t.congestion ~in_flight:(t.nxt - t.una)
    end
  end

let acknowledged t ~now ~until s =
  let on_way = Flight.bytes t.flight in
  let least = if Round_trip.has_measured t.round_trip then Round_trip.least t.round_trip else 0 in
  Flight.begin_answer t.flight ~least;
  Flight.acknowledged t.flight ~until ~now;
  if t.has_sacks then select t ~now s;
  measure t (Flight.news t.flight);
  if until > t.una then t.duplicates <- 0;
  end_recovery t ~until;
  settle_tail t ~until s;
  partial t ~until;
  grow t ~now ~on_way (Flight.news t.flight);
  look t ~now

let duplicate t =
  if not t.has_sacks then begin
    t.duplicates <- t.duplicates + 1;
    if t.recovery >= 0 && not t.is_after_timeout then t.inflation <- t.inflation + t.segment
    else if t.duplicates = 3 && t.recovery < 0 then begin
      Flight.mark_first t.flight;
      begin_recovery t;
      t.inflation <- 3 * t.segment
    end
  end

(* A tail probe goes out well before the timeout would (RFC 8985 7.2): two round trips, and for one
   segment what an acknowledgement may be delayed. *)
let watch_tail t ~now =
  let may = t.has_sacks && t.recovery < 0 && not (Flight.is_empty t.flight) in
  if may && Round_trip.has_measured t.round_trip then begin
    let alone = if Flight.bytes t.flight <= t.segment then 50 * ms else 0 in
    let at = now + (2 * Round_trip.smoothed t.round_trip) + (2 * ms) + alone in
    t.tail_at <- (if at < t.resend_at then at else max_int)
  end
