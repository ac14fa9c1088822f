type state =
  | Syn_sent
  | Syn_received
  | Established
  | Fin_wait_1
  | Fin_wait_2
  | Close_wait
  | Closing
  | Last_ack
  | Time_wait
  | Closed

type ending =
  | Unended
  | Finished
  | Refused
  | Reset
  | Timed_out
  | Aborted
  | Unreachable

type config = {
  segment : int;
  send_limit : int;
  receive_limit : int;
  no_delay : bool;
  keep_alive : int;
  quiet : int;
  attempts : int;
  syn_attempts : int;
}

type t = {
  mutable config : config;
  mutable source_port : int;
  mutable destination_port : int;
  mutable state : state;
  mutable ending : ending;
  (* Sending. *)
  first : int;
  mutable una : int;
  mutable nxt : int;
  mutable window : int;
  mutable largest_window : int;
  mutable window_sequence : int;
  mutable window_answer : int;
  mutable segment : int;
  mutable send_scale : int;
  buffer : Send_buffer.t;
  mutable base : int;
  mutable is_closing : bool;
  mutable is_orphan : bool;
  flight : Flight.t;
  round_trip : Round_trip.t;
  congestion : Congestion.t;
  mutable recovery : int;
  mutable is_after_timeout : bool;
  mutable tail : int;
  mutable duplicates : int;
  mutable inflation : int;
  mutable tries : int;
  mutable sent_at : int;
  mutable latest_round_trip : int;
  (* Receiving. *)
  mutable next : int;
  mutable edge : int;
  mutable receive_scale : int;
  mutable is_full : bool;
  arrivals : Arrivals.t;
  mutable fin_at : int;
  mutable has_fin : bool;
  (* Options. *)
  mutable has_timestamps : bool;
  mutable has_sacks : bool;
  mutable recent : int;
  mutable recent_at : int;
  mutable answered : int;
  clock_offset : int;
  (* What is due. *)
  mutable syn_due : bool;
  mutable ack_due : bool;
  mutable reset_due : bool;
  mutable probe_due : bool;
  mutable tail_due : bool;
  mutable keep_due : bool;
  mutable unanswered : int;
  (* Deadlines. *)
  mutable resend_at : int;
  mutable late_at : int;
  mutable tail_at : int;
  mutable persist_at : int;
  mutable answer_at : int;
  mutable keep_at : int;
  mutable end_at : int;
  mutable keep_tries : int;
  mutable heard_at : int;
  mutable challenge_at : int;
  mutable challenges : int;
  (* What {!Tcp_output.next} asks to be sent. *)
  mutable out_from : int;
  mutable out_length : int;
  mutable burst : int;
}

let ms = 1_000_000
let second = 1000 * ms

let default =
  {
    segment = 1460;
    send_limit = 262_144;
    receive_limit = 262_144;
    no_delay = false;
    keep_alive = max_int;
    quiet = 60 * second;
    attempts = 12;
    syn_attempts = 5;
  }

(* Windows of more than 16 bits need a scale (RFC 7323 2.3). *)
let rec scale_for limit scale =
  if limit lsr scale <= 0xffff then scale else scale_for limit (scale + 1)

let create config ~source_port ~destination_port ~first ~clock_offset state ~now =
  {
    config;
    source_port;
    destination_port;
    state;
    ending = Unended;
    first;
    una = first;
    nxt = first;
    window = 0;
    largest_window = 0;
    window_sequence = 0;
    window_answer = 0;
    segment = Int.min config.segment 536;
    send_scale = 0;
    buffer = Send_buffer.create ~limit:config.send_limit;
    base = first + 1;
    is_closing = false;
    is_orphan = false;
    flight = Flight.create ();
    round_trip = Round_trip.create ();
    congestion = Congestion.create ~segment:config.segment;
    recovery = -1;
    is_after_timeout = false;
    duplicates = 0;
    tail = -1;
    inflation = 0;
    tries = 0;
    sent_at = now;
    latest_round_trip = 0;
    next = 0;
    edge = 0;
    receive_scale = scale_for config.receive_limit 0;
    arrivals = Arrivals.create ();
    fin_at = max_int;
    has_fin = false;
    is_full = false;
    has_timestamps = false;
    has_sacks = false;
    recent = 0;
    recent_at = now;
    answered = 0;
    clock_offset;
    syn_due = true;
    ack_due = false;
    reset_due = false;
    probe_due = false;
    tail_due = false;
    keep_due = false;
    unanswered = 0;
    resend_at = max_int;
    late_at = max_int;
    tail_at = max_int;
    persist_at = max_int;
    answer_at = max_int;
    keep_at = max_int;
    end_at = max_int;
    keep_tries = 0;
    heard_at = now;
    challenge_at = 0;
    challenges = 0;
    out_from = 0;
    out_length = 0;
    burst = 1;
  }

let timestamp t ~now = Sequence.wire ((now / ms) + t.clock_offset)
let payload_most t =
  t.segment
  - (if t.has_timestamps then 12 else 0)
  - if t.has_sacks && Arrivals.has_blocks t.arrivals then 28 else 0

let data_end t = t.base + Send_buffer.length t.buffer
let is_fin_sent t = t.is_closing && t.nxt > data_end t
let is_fin_acknowledged t = t.is_closing && t.una > data_end t
let is_synchronized t = match t.state with Syn_sent | Syn_received | Closed -> false | _ -> true
let receives t = match t.state with Established | Fin_wait_1 | Fin_wait_2 -> true | _ -> false
let window_left t = t.una + t.window - t.nxt

let finish t ending =
  t.state <- Closed;
  if t.ending = Unended then t.ending <- ending;
  t.syn_due <- false;
  t.ack_due <- false;
  t.probe_due <- false;
  t.tail_due <- false;
  t.keep_due <- false;
  t.resend_at <- max_int;
  t.late_at <- max_int;
  t.tail_at <- max_int;
  t.persist_at <- max_int;
  t.answer_at <- max_int;
  t.keep_at <- max_int;
  t.end_at <- max_int;
  Send_buffer.drop t.buffer (Send_buffer.length t.buffer);
  if t.is_orphan then Arrivals.clear t.arrivals

let allow_challenge t ~now =
  if now - t.challenge_at >= second then begin
    t.challenge_at <- now;
    t.challenges <- 0
  end;
  t.challenges <- t.challenges + 1;
  t.challenges <= 5
