open Control

type verdict = Done | Reset_sender

let challenge t ~now = if allow_challenge t ~now then t.ack_due <- true

let heard t ~now =
  t.heard_at <- now;
  t.keep_tries <- 0

let no_timeout t =
  t.tries <- 0;
  Round_trip.progress t.round_trip

(* The peer has acknowledged our SYN. *)
let establish t ~now =
  if t.tries = 0 then Round_trip.measured t.round_trip (now - t.sent_at);
  t.latest_round_trip <- now - t.sent_at;
  t.una <- t.first + 1;
  t.window_answer <- t.una;
  t.syn_due <- false;
  t.resend_at <- max_int;
  no_timeout t;
  heard t ~now;
  if t.config.keep_alive < max_int then t.keep_at <- now + t.config.keep_alive;
  t.state <- (if t.is_closing then Fin_wait_1 else Established)

(* ---- SYN-SENT (RFC 9293 3.10.7.3) ---- *)

let answered_syn t ~now ~has_ack =
  t.ack_due <- has_ack;
  if has_ack then establish t ~now
  else begin
    t.state <- Syn_received;
    t.syn_due <- true
  end

let syn_sent t ~now (s : Segment.t) =
  let has_ack = Segment.has s Segment.ack in
  let until = Sequence.near t.nxt s.acknowledgement in
  if has_ack && (until <= t.first || until > t.nxt) then
    if Segment.has s Segment.rst then Done else Reset_sender
  else begin
    (if Segment.has s Segment.rst then (if has_ack then finish t Refused)
     else if Segment.has s Segment.syn then begin
       Tcp_options.learn t ~now s;
       answered_syn t ~now ~has_ack
     end);
    Done
  end

(* ---- the acknowledgement ---- *)

let time_wait t ~now =
  t.state <- Time_wait;
  t.end_at <- now + t.config.quiet;
  t.keep_at <- max_int

let fin_acknowledged t ~now =
  match t.state with
  | Fin_wait_1 ->
      t.state <- Fin_wait_2;
      if t.is_orphan then t.end_at <- now + t.config.quiet
  | Closing -> time_wait t ~now
  | Last_ack -> finish t Finished
  | _ -> ()

let drop_sent t ~until =
  let data = Int.min until (data_end t) - t.base in
  if data > 0 then begin
    Send_buffer.drop t.buffer data;
    t.base <- t.base + data
  end

let advance t ~now ~until =
  let grew = t.window - (until - t.una) in
  drop_sent t ~until;
  t.una <- until;
  t.window <- Int.max 0 grew;
  no_timeout t;
  t.resend_at <-
    (if Flight.is_empty t.flight then max_int else now + Round_trip.timeout t.round_trip);
  t.tail_at <- max_int;
  Tcp_recovery.watch_tail t ~now;
  if is_fin_acknowledged t then fin_acknowledged t ~now

(* A window that opens shows that what was sent into the closed one was not taken. *)
let set_window t window =
  if t.window = 0 && window > 0 then begin
    t.persist_at <- max_int;
    no_timeout t;
    if t.recovery < 0 then Flight.mark_all t.flight
  end;
  if window > t.window then t.persist_at <- max_int;
  t.window <- window;
  t.largest_window <- Int.max t.largest_window window

let update_window t (s : Segment.t) ~position ~until =
  if position > t.window_sequence
     || (position = t.window_sequence && until >= t.window_answer) then begin
    t.window_sequence <- position;
    t.window_answer <- until;
    set_window t (s.window lsl t.send_scale)
  end

let is_duplicate t (s : Segment.t) ~until =
  until = t.una && s.length = 0
  && s.flags land (Segment.syn lor Segment.fin) = 0
  && s.window lsl t.send_scale = t.window
  && not (Flight.is_empty t.flight)

let acknowledge t ~now (s : Segment.t) ~position ~until =
  heard t ~now;
  if t.window = 0 then no_timeout t;
  if until >= t.una then begin
    let is_duplicate = is_duplicate t s ~until in
    Tcp_recovery.acknowledged t ~now ~until s;
    if until > t.una then advance t ~now ~until;
    if is_duplicate then Tcp_recovery.duplicate t;
    update_window t s ~position ~until
  end

(* ---- the text ---- *)

let delay = 40 * ms

let was_in_order t ~now ~length =
  t.unanswered <- t.unanswered + 1;
  if t.unanswered >= 2 || length > t.segment then t.ack_due <- true
  else if t.answer_at = max_int then t.answer_at <- now + delay

let abort_unread t =
  t.reset_due <- true;
  finish t Aborted

let text t ~now ~position packet =
  let next = t.next and early = Arrivals.early t.arrivals in
  let length = Packet.length packet in
  t.next <- Arrivals.add t.arrivals ~start:position ~next packet;
  if t.next = next || early > 0 then t.ack_due <- true else was_in_order t ~now ~length

(* What is outside of the window is cut off. *)
let take_text t ~now ~position packet =
  let room = t.edge - position in
  if Packet.length packet > room then Packet.resize packet (Int.max 0 room);
  if Packet.length packet = 0 then Packet.release packet
  else if not (receives t) then begin
    Packet.release packet;
    t.ack_due <- true
  end
  else if t.is_orphan then begin
    Packet.release packet;
    abort_unread t
  end
  else text t ~now ~position packet

let fin t ~now =
  t.has_fin <- true;
  t.next <- t.next + 1;
  t.edge <- Int.max t.edge t.next;
  t.ack_due <- true;
  match t.state with
  | Established -> t.state <- Close_wait
  | Fin_wait_1 -> t.state <- Closing
  | Fin_wait_2 -> time_wait t ~now
  | _ -> ()

let take_fin t ~now (s : Segment.t) ~position =
  let at = position + s.length in
  if Segment.has s Segment.fin && receives t && at <= t.edge then t.fin_at <- Int.min t.fin_at at;
  if t.next >= t.fin_at && receives t && not t.has_fin then fin t ~now

(* ---- all checks in order (RFC 9293 3.10.7.4) ---- *)

let extent (s : Segment.t) =
  s.length
  + Bool.to_int (Segment.has s Segment.syn)
  + Bool.to_int (Segment.has s Segment.fin)

let is_acceptable t ~position ~extent =
  if extent = 0 then position >= t.next && position <= t.edge
  else position < t.edge && position + extent > t.next

(* Text that came before is told of (RFC 2883 4). *)
let note_repeated t (s : Segment.t) ~position =
  let stop = position + s.length in
  let is_recent = stop <= t.next && t.next - position <= t.config.receive_limit in
  if t.has_sacks && s.length > 0 && is_recent then
    Arrivals.came_before t.arrivals ~start:position ~stop

let refuse t ~now (s : Segment.t) ~position =
  note_repeated t s ~position;
  if not (Segment.has s Segment.rst) then begin
    if t.state = Syn_received then (if Segment.has s Segment.syn then t.syn_due <- true)
    else if extent s > 0 then t.ack_due <- true
    else challenge t ~now;
    if t.state = Time_wait && Segment.has s Segment.fin then t.end_at <- now + t.config.quiet
  end

let reset t ~now ~position =
  if position <> t.next then challenge t ~now
  else
    match t.state with
    | Syn_received -> finish t Refused
    | Time_wait -> ()
    | Last_ack | Closing -> finish t Finished
    | _ -> finish t Reset

let is_answer t ~until = until > t.una && until <= t.nxt
let may_be_answer t ~until = until <= t.nxt && until >= t.una - t.largest_window

(* An acknowledgement that is in order, and then what came with it. *)
let proceed t ~now (s : Segment.t) ~position ~until packet =
  Tcp_options.note t ~now s ~position;
  acknowledge t ~now s ~position ~until;
  if t.state = Closed then Packet.release packet
  else begin
    take_text t ~now ~position packet;
    if t.state <> Closed then take_fin t ~now s ~position
  end;
  Done

let first_answer t ~now (s : Segment.t) ~position ~until packet =
  if is_answer t ~until then begin
    establish t ~now;
    set_window t (s.window lsl t.send_scale);
    proceed t ~now s ~position ~until packet
  end
  else begin
    Packet.release packet;
    Reset_sender
  end

let drop packet =
  Packet.release packet;
  Done

let synchronized t ~now (s : Segment.t) ~position packet =
  let until = Sequence.near t.una s.acknowledgement in
  if Segment.has s Segment.rst then (reset t ~now ~position; drop packet)
  else if Segment.has s Segment.syn then (challenge t ~now; drop packet)
  else if not (Segment.has s Segment.ack) then drop packet
  else if t.state = Syn_received then first_answer t ~now s ~position ~until packet
  else if not (may_be_answer t ~until) then (challenge t ~now; drop packet)
  else proceed t ~now s ~position ~until packet

(* Both sent SYN at once, and this is the peer's second, with its acknowledgement. *)
let is_crossed t (s : Segment.t) ~position =
  t.state = Syn_received && position = t.next - 1
  && Segment.has s Segment.syn && Segment.has s Segment.ack
  && is_answer t ~until:(Sequence.near t.una s.acknowledgement)

let received t ~now (s : Segment.t) packet =
  let position = Sequence.near t.next s.sequence in
  if is_crossed t s ~position then begin
    establish t ~now;
    t.ack_due <- true;
    drop packet
  end
  else if Tcp_options.is_old t ~now s then begin
    if s.has_timestamp then refuse t ~now s ~position;
    drop packet
  end
  else if is_acceptable t ~position ~extent:(extent s) then
    synchronized t ~now s ~position packet
  else begin
    refuse t ~now s ~position;
    let until = Sequence.near t.una s.acknowledgement in
    let has_ack = s.flags land (Segment.syn lor Segment.rst lor Segment.ack) = Segment.ack in
    (* A full window refuses the text, not what is said of ours. *)
    if position = t.next && has_ack && is_synchronized t && may_be_answer t ~until then
      acknowledge t ~now s ~position ~until;
    drop packet
  end

let receive t ~now s packet =
  match t.state with
  | Closed ->
      Packet.release packet;
      if Segment.has s Segment.rst then Done else Reset_sender
  | Syn_sent ->
      Packet.release packet;
      syn_sent t ~now s
  | _ -> received t ~now s packet
