open Control

type t = Control.t

let connect config ~source_port ~destination_port ~first ~clock_offset ~now =
  Control.create config ~source_port ~destination_port ~first ~clock_offset Syn_sent ~now

let answer_to (s : Segment.t) config ~first ~clock_offset ~now =
  Control.create config ~source_port:s.destination_port ~destination_port:s.source_port ~first
    ~clock_offset Syn_received ~now

let accept config s ~first ~clock_offset ~now =
  let t = answer_to s config ~first ~clock_offset ~now in
  Tcp_options.learn t ~now s;
  t

let accept_cookie config (s : Segment.t) ~first ~segment ~clock_offset ~now =
  let t = answer_to s config ~first ~clock_offset ~now in
  t.nxt <- first + 1;
  t.next <- s.sequence;
  t.edge <- t.next + Int.min config.receive_limit 0xffff;
  t.answered <- t.next;
  t.window_sequence <- t.next;
  t.receive_scale <- 0;
  t.segment <- Int.min config.segment segment;
  Congestion.set_segment t.congestion t.segment;
  t.syn_due <- false;
  t

let receive = Tcp_input.receive
let expire = Tcp_timers.expire
let deadline = Tcp_timers.next
let next_segment = Tcp_output.next
let payload = Tcp_output.payload

let waiting t =
  let window = Congestion.window t.congestion - Flight.bytes t.flight in
  Int.min (data_end t - t.nxt) (Int.min (window_left t) window)

let allow_burst t n = t.burst <- Int.max 1 n
let payload_length t = t.out_length

let unreachable t =
  match t.state with Syn_sent | Syn_received -> finish t Unreachable | _ -> ()

let set_segment t segment =
  if segment < t.segment then begin
    t.segment <- Int.max 64 segment;
    t.config <- { t.config with segment = t.segment };
    if t.recovery < 0 then Flight.mark_all t.flight
  end

let reset_for (s : Segment.t) (answer : Segment.t) =
  Segment.clear answer;
  answer.source_port <- s.destination_port;
  answer.destination_port <- s.source_port;
  if Segment.has s Segment.ack then begin
    answer.sequence <- s.acknowledgement;
    answer.flags <- Segment.rst
  end
  else begin
    let extent = Tcp_input.extent s in
    answer.acknowledgement <- Sequence.wire (s.sequence + extent);
    answer.flags <- Segment.rst lor Segment.ack
  end

(* ---- the user ---- *)

let write t bytes at length =
  match t.state with
  | (Syn_sent | Syn_received | Established | Close_wait) when not t.is_closing ->
      Send_buffer.write t.buffer bytes at length
  | _ -> 0

let refuse_text t =
  t.is_full <- true;
  t.ack_due <- is_synchronized t

let read t bytes at length =
  let n = Arrivals.read t.arrivals bytes at length in
  if n > 0 then Tcp_output.window_grew t;
  n

let take t =
  let packet = Arrivals.take t.arrivals in
  if Option.is_some packet then Tcp_output.window_grew t;
  packet

let close t =
  match t.state with
  | Syn_sent -> finish t Aborted
  | Syn_received -> t.is_closing <- true
  | Established ->
      t.is_closing <- true;
      t.state <- Fin_wait_1
  | Close_wait ->
      t.is_closing <- true;
      t.state <- Last_ack
  | _ -> ()

let abort t =
  (match t.state with
  | Syn_sent | Time_wait | Closed -> ()
  | _ -> t.reset_due <- true);
  t.is_orphan <- true;
  finish t Aborted

let leave t =
  if Arrivals.queued t.arrivals > 0 && t.state <> Closed && not t.has_fin then abort t
  else begin
    t.is_orphan <- true;
    close t;
    Arrivals.clear t.arrivals;
    if t.state = Fin_wait_2 && t.end_at = max_int then t.end_at <- t.heard_at + t.config.quiet
  end

let state t = t.state
let ending t = t.ending
let is_established t = match t.state with Syn_sent | Syn_received | Closed -> false | _ -> true
let readable t = Arrivals.queued t.arrivals
let at_end t = Arrivals.queued t.arrivals = 0 && (t.has_fin || t.state = Closed)

let writable t =
  match t.state with
  | (Syn_sent | Syn_received | Established | Close_wait) when not t.is_closing ->
      Send_buffer.room t.buffer
  | _ -> 0
