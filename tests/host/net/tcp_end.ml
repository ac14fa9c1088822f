open Net

type t = { mutable connection : Connection.t; mutable now : int; segment : Segment.t }

let first = 1000
let peer = 5000
let ms = 1_000_000
let held = ref 0
let packets_held () = !held

let packet data =
  incr held;
  let room = String.length data in
  let give_back _ = decr held in
  let packet = Packet.make (Octets.of_string data) ~base:0 ~room ~token:0 ~give_back in
  Packet.resize packet room;
  packet

(* ---- in ---- *)

let flag = function
  | 'S' -> Segment.syn
  | 'A' -> Segment.ack
  | 'F' -> Segment.fin
  | 'R' -> Segment.rst
  | 'P' -> Segment.psh
  | _ -> invalid_arg "Tcp_end.gets"

let flags text = String.fold_left (fun flags c -> flags lor flag c) 0 text

let fill_sacks (s : Segment.t) sacks =
  s.sacks <- List.length sacks;
  List.iteri
    (fun i (start, stop) ->
      s.sack.(2 * i) <- start;
      s.sack.((2 * i) + 1) <- stop)
    sacks

let fill_options (s : Segment.t) ~mss ~scale ~sack ~timestamp ~sacks =
  s.segment_size <- mss;
  s.scale <- scale;
  s.may_sack <- sack;
  Option.iter
    (fun (stamp, echo) ->
      s.has_timestamp <- true;
      s.timestamp <- stamp;
      s.echo <- echo)
    timestamp;
  fill_sacks s sacks

let gets t ?sequence ?ack ?(window = 65535) ?(data = "") ?(mss = 0) ?(scale = -1) ?(sack = false)
    ?timestamp ?(sacks = []) text =
  let s = t.segment and c = t.connection in
  Segment.clear s;
  s.source_port <- c.destination_port;
  s.destination_port <- c.source_port;
  s.flags <- flags text;
  s.sequence <- Sequence.wire (Option.value sequence ~default:c.next);
  s.acknowledgement <- Sequence.wire (Option.value ack ~default:c.nxt);
  s.window <- window;
  s.length <- String.length data;
  fill_options s ~mss ~scale ~sack ~timestamp ~sacks;
  Connection.receive c ~now:t.now s (packet data)

let put t ?sequence ?ack ?window ?data ?sacks ?timestamp text =
  match gets t ?sequence ?ack ?window ?data ?sacks ?timestamp text with
  | Done -> ()
  | Reset_sender -> failwith "the segment is answered with a reset"

let write t text =
  let n = Connection.write t.connection (Bytes.of_string text) 0 (String.length text) in
  if n <> String.length text then failwith "it was not all taken"

let read t =
  let bytes = Bytes.create 1_000_000 in
  Bytes.sub_string bytes 0 (Connection.read t.connection bytes 0 (Bytes.length bytes))

(* ---- out ---- *)

let names =
  [ (Segment.syn, "S"); (Segment.fin, "F"); (Segment.rst, "R"); (Segment.psh, "P");
    (Segment.ack, "A") ]

let show_options (s : Segment.t) =
  let some holds text = if holds then text else "" in
  some (s.segment_size > 0) (Printf.sprintf " mss%d" s.segment_size)
  ^ some (s.scale >= 0) (Printf.sprintf " scale%d" s.scale)
  ^ some s.may_sack " sack"
  ^ some s.has_timestamp (Printf.sprintf " ts%d,%d" s.timestamp s.echo)
  ^ String.concat ""
      (List.init s.sacks (fun i -> Printf.sprintf " %d-%d" s.sack.(2 * i) s.sack.((2 * i) + 1)))

let show t =
  let s = t.segment in
  let flags =
    List.filter_map (fun (f, name) -> if Segment.has s f then Some name else None) names
  in
  let length = Connection.payload_length t.connection in
  Connection.payload t.connection (Octets.create length) 0;
  Printf.sprintf "%s %d %d w%d%s%s" (String.concat "" flags) s.sequence s.acknowledgement s.window
    (if length > 0 then Printf.sprintf " +%d" length else "")
    (show_options s)

let rec collect t found =
  if Connection.next_segment t.connection ~now:t.now t.segment then collect t (show t :: found)
  else List.rev found

let sent t = String.concat "; " (collect t [])
let expect t what wanted = Hex.text what (sent t) wanted

let pass_all t ~until note =
  let rec go () =
    let at = Connection.deadline t.connection in
    if at <= until then begin
      t.now <- max t.now at;
      Connection.expire t.connection ~now:t.now;
      note ();
      go ()
    end
  in
  go ();
  t.now <- until

let after t time = pass_all t ~until:(t.now + (time * ms)) (fun () -> ())

let pass t time =
  let start = t.now in
  pass_all t ~until:(t.now + (time * ms)) (fun () ->
      match sent t with
      | "" -> ()
      | text -> Printf.printf "# %d ms: %s\n" ((t.now - start) / ms) text)

(* ---- opening ---- *)

let connecting ?(config = Control.default) () =
  let now = 1_000_000 * ms in
  let connection =
    Connection.connect config ~source_port:4096 ~destination_port:80 ~first
      ~clock_offset:(-1_000_000) ~now
  in
  { connection; now; segment = Segment.create () }

let established ?config ?(mss = 1460) ?scale ?sack ?timestamp ?window ?(round_trip = 0) () =
  let t = connecting ?config () in
  ignore (sent t : string);
  t.now <- t.now + (round_trip * ms);
  let timestamp = Option.map (fun stamp -> (stamp, 0)) timestamp in
  ignore (gets t ~sequence:peer ?window ~mss ?scale ?sack ?timestamp "SA" : Tcp_input.verdict);
  ignore (sent t : string);
  t

let state t wanted =
  if Connection.state t.connection <> wanted then failwith "it is in another state"
