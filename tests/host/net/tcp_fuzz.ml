(* A connection whose peer sends anything, near what would be right: nothing raises, what it sends
   stays within what it may, and every packet is given back. *)
open Net

let pick random array = array.(Random.State.int random (Array.length array))
let number random n = Random.State.int random n

(* A number that is right, or nearly, or not at all. *)
let near random base =
  match number random 8 with
  | 0 -> base + number random 5 - 2
  | 1 -> base + number random 100_000 - 50_000
  | 2 -> base + number random 3000
  | 3 -> base - number random 3000
  | 4 -> Random.State.bits random
  | _ -> base

let flag_sets =
  let often = Array.make 40 Segment.ack in
  Array.append often
    Segment.[| ack lor psh; ack lor fin; syn; syn lor ack; rst; rst lor ack; fin; 0; 0x3f |]

let fill_sacks random (s : Segment.t) (c : Control.t) =
  s.sacks <- number random 5;
  for i = 0 to (2 * s.sacks) - 1 do
    s.sack.(i) <- Sequence.wire (c.una + number random (1 + max 1 (c.nxt - c.una) + 1000))
  done

let fill random (s : Segment.t) (c : Control.t) =
  Segment.clear s;
  s.source_port <- c.destination_port;
  s.destination_port <- c.source_port;
  s.flags <- pick random flag_sets;
  s.sequence <- Sequence.wire (near random c.next);
  s.acknowledgement <-
    Sequence.wire (if number random 2 = 0 then c.una + number random
      (1 + max 0 (c.nxt - c.una)) else near random c.nxt);
  s.window <- pick random [| 0; 1; 100; 1460; 65535 |];
  s.length <- (if number random 2 = 0 then 0 else number random 2000);
  if number random 3 = 0 then fill_sacks random s c;
  if number random 4 > 0 && c.has_timestamps then begin
    s.has_timestamp <- true;
    s.timestamp <- Sequence.wire (near random c.recent)
  end;
  if s.flags land Segment.syn <> 0 then begin
    s.segment_size <- pick random [| 0; 1; 536; 1460; 65535 |];
    s.scale <- number random 16 - 1;
    s.may_sack <- number random 2 = 0;
    s.has_timestamp <- number random 2 = 0
  end

let content = String.make 2000 'c'
let room = Bytes.make 70_000 'w'

let hold what holds = if not holds then failwith what

let check (c : Control.t) =
  hold "una <= nxt" (c.una <= c.nxt);
  hold "on its way" (Flight.bytes c.flight >= 0);
  hold "segment" (c.segment > 0 && c.segment <= 1460);
  hold "window" (c.window >= 0);
  hold "no more than the limit waits" (Arrivals.held c.arrivals <= c.config.receive_limit + 70_000);
  hold "congestion" (Congestion.window c.congestion > 0)

let out = Octets.create 70_000

(* All that it has to say, which must come to an end. *)
let rec send_all c s ~now left =
  hold "it comes to an end" (left > 0);
  let edge = (c : Control.t).edge in
  if Connection.next_segment c ~now s then begin
    hold "options" (Segment.options_bytes s <= 40);
    hold "size"
      (Connection.payload_length c + Segment.options_bytes s <= max 1460 (c.burst * 1460) + 40);
    Connection.payload c out 0;
    hold "the window's edge never goes back" (c.edge >= edge);
    send_all c s ~now (left - 1)
  end

let user random (c : Control.t) =
  match number random 12 with
  | 0 when number random 10 = 0 -> Connection.close c
  | 1 when number random 60 = 0 -> Connection.leave c
  | 2 when number random 200 = 0 -> Connection.abort c
  | 3 | 4 | 5 -> ignore (Connection.write c room 0 (number random 20_000) : int)
  | 6 | 7 -> ignore (Connection.read c room 0 (number random 5000) : int)
  | 8 -> Option.iter Packet.release (Connection.take c)
  | 9 when number random 8 = 0 -> Connection.set_segment c (64 + number random 1400)
  | 10 -> Connection.allow_burst c (number random 40)
  | 11 when number random 8 = 0 -> Connection.refuse_text c
  | _ -> ()

let config random =
  {
    Control.default with
    receive_limit = pick random [| 10; 1000; 65535; 262_144 |];
    send_limit = pick random [| 1; 5000; 100_000 |];
    no_delay = number random 2 = 0;
    keep_alive = pick random [| max_int; 1_000_000_000 |];
  }

let start random s ~now =
  let config = config random in
  let first = Random.State.bits random in
  if number random 2 = 0 then
    Connection.connect config ~source_port:1 ~destination_port:2 ~first ~clock_offset:0 ~now
  else begin
    Segment.clear s;
    s.flags <- Segment.syn;
    s.sequence <- Random.State.bits random;
    s.scale <- number random 16 - 1;
    s.may_sack <- number random 2 = 0;
    s.has_timestamp <- number random 2 = 0;
    s.segment_size <- pick random [| 0; 1; 536; 1460 |];
    Connection.accept config s ~first ~clock_offset:0 ~now
  end

(* What makes it stand, so that not all end at once. *)
let answer_syn random s (c : Control.t) ~now =
  if c.state = Syn_sent && number random 2 = 0 then begin
    fill random s c;
    s.flags <- Segment.syn lor Segment.ack;
    s.acknowledgement <- Sequence.wire c.nxt;
    s.length <- 0;
    ignore (Connection.receive c ~now s (Tcp_end.packet "") : Tcp_input.verdict)
  end

let step random s c ~now =
  answer_syn random s c ~now;
  if number random 3 > 0 then begin
    fill random s c;
    let packet = Tcp_end.packet (String.sub content 0 s.length) in
    ignore (Connection.receive c ~now s packet : Tcp_input.verdict)
  end;
  user random c;
  if Connection.deadline c <= now then Connection.expire c ~now;
  send_all c s ~now 2000;
  check c

let one random =
  let s = Segment.create () and now = ref 1_000_000_000 in
  let held = Tcp_end.packets_held () in
  let c = start random s ~now:!now in
  let left = ref (20 + number random 300) in
  while !left > 0 do
    now := !now + pick random [| 0; 1000; 1_000_000; 1_000_000; 50_000_000; 3_000_000_000 |];
    step random s c ~now:!now;
    left := if c.state = Closed then min 3 (!left - 1) else !left - 1
  done;
  Connection.abort c;
  send_all c s ~now:!now 10;
  hold "every packet is given back" (Tcp_end.packets_held () = held)

(* The input is the seed of a whole run. *)
let make () random = string_of_int (Random.State.bits random)
let target seed = one (Random.State.make [| int_of_string seed |])

let () =
  Fuzz.run "fuzz: a connection whose peer sends anything" make () target;
  Check.finish ()
