open Control

(* Segments on their way, however small they are. *)
let most_segments = 4096

let congestion_window t = Congestion.window t.congestion + t.inflation

(* ---- the window that we offer ---- *)

let edge_now t = t.next + Int.max 0 (t.config.receive_limit - Arrivals.queued t.arrivals)

(* It moves in steps that are worth a segment, and never back. *)
let step t = Int.min t.segment (t.config.receive_limit / 2)

let offered t =
  let edge = edge_now t in
  if edge - t.edge >= step t then t.edge <- edge;
  if t.is_full then 0 else Int.max 0 (t.edge - t.next)

let window_grew t =
  if t.is_full then begin
    t.is_full <- false;
    t.ack_due <- is_synchronized t
  end;
  let used_up = t.edge - t.next < t.config.receive_limit / 2 in
  if is_synchronized t && (not t.has_fin) && used_up && edge_now t - t.edge >= 2 * step t then
    t.ack_due <- true

(* ---- a segment's header ---- *)

let answered t =
  t.ack_due <- false;
  t.unanswered <- 0;
  t.answer_at <- max_int;
  t.answered <- t.next

let put_timestamp t ~now (s : Segment.t) =
  s.has_timestamp <- true;
  s.timestamp <- timestamp t ~now;
  s.echo <- t.recent

let prepare t ~now (s : Segment.t) ~sequence =
  s.flags <- Segment.ack;
  s.sequence <- Sequence.wire sequence;
  s.acknowledgement <- Sequence.wire t.next;
  s.window <- Int.min 0xffff (offered t lsr t.receive_scale);
  if t.has_timestamps then put_timestamp t ~now s;
  if t.has_sacks then Arrivals.blocks t.arrivals s;
  t.out_length <- 0;
  answered t

let start_timer t ~now =
  if t.resend_at = max_int then t.resend_at <- now + Round_trip.timeout t.round_trip

(* What stands in these positions; behind the data is FIN. *)
let emit t ~now (s : Segment.t) ~from ~until =
  prepare t ~now s ~sequence:from;
  let length = Int.min until (data_end t) - from in
  t.out_from <- from;
  t.out_length <- length;
  s.length <- length;
  if length > 0 && from + length = data_end t then s.flags <- s.flags lor Segment.psh;
  if t.is_closing && until > data_end t then s.flags <- s.flags lor Segment.fin;
  t.probe_due <- false;
  t.sent_at <- now;
  start_timer t ~now

(* ---- once more ---- *)

let resend_one t ~now s i =
  let start = Flight.start_of t.flight i in
  if Int.min (Flight.stop_of t.flight i) (data_end t) - start > payload_most t then
    Flight.split t.flight i ~at:(start + payload_most t);
  Flight.resent t.flight i ~now;
  emit t ~now s ~from:start ~until:(Flight.stop_of t.flight i)

let may_resend t i =
  let start = Flight.start_of t.flight i in
  let size = Int.min (payload_most t) (Flight.stop_of t.flight i - start) in
  let on_way = Flight.bytes t.flight in
  t.probe_due
  || start < t.una + t.window
     && (on_way = 0 || on_way + size <= congestion_window t)

let resend t ~now s =
  let i = Flight.next_lost t.flight in
  i >= 0 && may_resend t i && (resend_one t ~now s i; true)

let resend_tail t ~now s =
  t.tail_due
  && begin
       t.tail_due <- false;
       t.tail <- t.nxt;
       (not (Flight.is_empty t.flight)) && (resend_one t ~now s (Flight.last t.flight); true)
     end

(* ---- for the first time ---- *)

(* Not small for no reason: a whole segment, all there is while nothing is on its way, or half of
   the largest window seen (RFC 9293 3.8.6.2.1, 3.7.4). *)
let is_worthwhile t ~length ~queued ~fin =
  fin
  || length >= payload_most t
  || (length = queued && (t.config.no_delay || Flight.is_empty t.flight))
  || 2 * length >= t.largest_window

let send_fresh t ~now s ~size =
  if Flight.is_empty t.flight && now - t.sent_at > Round_trip.timeout t.round_trip then
    Congestion.was_idle t.congestion;
  let from = t.nxt and is_probe = t.probe_due in
  t.nxt <- from + size;
  Flight.sent t.flight ~start:from ~stop:t.nxt ~now;
  emit t ~now s ~from ~until:t.nxt;
  t.persist_at <- max_int;
  if not is_probe then Tcp_recovery.watch_tail t ~now;
  true

(* One segment, or as many as go out at once and the windows allow, all of them whole unless that is
   all there is. *)
let fresh_length t ~queued ~open_ =
  let most = payload_most t in
  let one = Int.min (Int.min queued most) open_ in
  if t.burst <= 1 || t.probe_due then one
  else
    let left = congestion_window t - Flight.bytes t.flight in
    let many = Int.min (Int.min queued open_) (Int.min left (t.burst * most)) in
    Int.max one (if many = queued then many else many - (many mod most))

let fresh t ~now s =
  let queued = data_end t - t.nxt in
  let fin = t.is_closing && queued >= 0 in
  if queued <= 0 && not fin then false
  else
    let open_ = if t.probe_due then Int.max 1 (window_left t) else window_left t in
    let length = Int.max 0 (fresh_length t ~queued ~open_) in
    let fin = fin && length = queued && open_ > length in
    let size = length + Bool.to_int fin and on_way = Flight.bytes t.flight in
    if t.probe_due && size > 0 then send_fresh t ~now s ~size
    else
      size > 0
      && Flight.count t.flight < most_segments
      && is_worthwhile t ~length ~queued ~fin
      && (on_way = 0 || on_way + size <= congestion_window t)
      && send_fresh t ~now s ~size

(* What is left when nothing is on its way is held back by the peer's window: it will be probed. *)
let watch_window t ~now =
  let waits = data_end t > t.nxt || (t.is_closing && not (is_fin_sent t)) in
  if waits && Flight.is_empty t.flight && t.persist_at = max_int then
    t.persist_at <- now + Round_trip.timeout t.round_trip

(* ---- without data ---- *)

let syn t ~now (s : Segment.t) =
  let answers = t.state = Syn_received in
  t.syn_due <- false;
  s.sequence <- Sequence.wire t.first;
  s.flags <- (if answers then Segment.syn lor Segment.ack else Segment.syn);
  if answers then s.acknowledgement <- Sequence.wire t.next;
  t.edge <- Int.max t.edge (edge_now t);
  s.window <- Int.min 0xffff (t.edge - t.next);
  s.segment_size <- t.config.segment;
  if (not answers) || t.receive_scale > 0 then s.scale <- t.receive_scale;
  s.may_sack <- (not answers) || t.has_sacks;
  if (not answers) || t.has_timestamps then put_timestamp t ~now s;
  t.out_length <- 0;
  t.nxt <- t.first + 1;
  t.sent_at <- now;
  answered t;
  start_timer t ~now;
  true

let reset t (s : Segment.t) =
  t.reset_due <- false;
  s.flags <- Segment.rst lor Segment.ack;
  s.sequence <- Sequence.wire t.nxt;
  s.acknowledgement <- Sequence.wire t.next;
  t.out_length <- 0;
  true

(* One before what the peer expects: it has to answer (RFC 9293 3.8.4). *)
let keep t ~now s =
  t.keep_due
  && begin
       t.keep_due <- false;
       prepare t ~now s ~sequence:(t.nxt - 1);
       true
     end

let ack t ~now s =
  t.ack_due
  && begin
       prepare t ~now s ~sequence:t.nxt;
       true
     end

let has_data_to_send t =
  match t.state with
  | Established | Close_wait | Fin_wait_1 | Closing | Last_ack -> true
  | _ -> false

let next t ~now (s : Segment.t) =
  Segment.clear s;
  s.source_port <- t.source_port;
  s.destination_port <- t.destination_port;
  if t.reset_due then reset t s
  else
    match t.state with
    | Closed -> false
    | Syn_sent | Syn_received -> t.syn_due && syn t ~now s
    | _ ->
        has_data_to_send t
        && (resend t ~now s || resend_tail t ~now s || fresh t ~now s
           || (watch_window t ~now; false))
        || keep t ~now s || ack t ~now s

let payload t memory at =
  if t.out_length > 0 then
    Send_buffer.copy t.buffer ~from:(t.out_from - t.base) memory at t.out_length
