open Control

let learn_segment t (s : Segment.t) =
  let theirs = if s.segment_size = 0 then 536 else Int.max 64 s.segment_size in
  t.segment <- Int.min t.config.segment theirs;
  Congestion.set_segment t.congestion t.segment

let learn_scale t (s : Segment.t) =
  if s.scale >= 0 then t.send_scale <- s.scale
  else begin
    t.send_scale <- 0;
    t.receive_scale <- 0
  end

let learn t ~now (s : Segment.t) =
  t.next <- s.sequence + 1;
  t.edge <- t.next + Int.min t.config.receive_limit 0xffff;
  t.answered <- t.next;
  t.window <- s.window;
  t.largest_window <- s.window;
  t.window_sequence <- s.sequence;
  t.window_answer <- t.una;
  learn_segment t s;
  learn_scale t s;
  t.has_sacks <- s.may_sack;
  t.has_timestamps <- s.has_timestamp;
  t.recent <- s.timestamp;
  t.recent_at <- now

(* After 24 days without a segment its clock may have wrapped around (RFC 7323 5.5). *)
let outdated = 24 * 86_400_000 * ms

let is_old t ~now (s : Segment.t) =
  t.has_timestamps
  && (not (Segment.has s Segment.rst))
  && ((not s.has_timestamp)
     || (Sequence.near t.recent s.timestamp < t.recent && now - t.recent_at < outdated))

let note t ~now (s : Segment.t) ~position =
  if t.has_timestamps && s.has_timestamp && position <= t.answered
     && Sequence.near t.recent s.timestamp >= t.recent then begin
    t.recent <- s.timestamp;
    t.recent_at <- now
  end
