(* What TCP is made of, part by part, beside models. *)
open Net

let test = Check.test
let is = Check.that
let ms = 1_000_000
let second = 1000 * ms
let raises f = match f () with exception Invalid_argument _ -> true | _ -> false
let text p = Octets.to_string (Packet.memory p) ~at:(Packet.start p) ~length:(Packet.length p)

(* ---- packets ---- *)

let packets () =
  test "packets: bytes at their beginning and end" (fun () ->
      let p = Packet.of_heap ~headroom:4 6 in
      Octets.blit_of_string "abcdef" 0 (Packet.memory p) (Packet.start p) 6;
      Packet.pull p 2;
      Hex.text "fewer" (text p) "cdef";
      Packet.push p 1;
      Hex.text "more" (text p) "bcdef";
      Packet.resize p 3;
      Hex.text "cut" (text p) "bcd";
      Hex.int "room" (Packet.tail_room p) 2;
      is "not so many" (raises (fun () -> Packet.push p 6));
      is "not so few" (raises (fun () -> Packet.pull p 4));
      is "not so long" (raises (fun () -> Packet.resize p 6)));
  test "packets: what is left to the device moves with their beginning" (fun () ->
      let p = Packet.of_heap ~headroom:20 40 in
      Hex.int "nothing" (Packet.checksum p) (-1);
      Packet.leave_checksum p ~from:0 ~at:16;
      Packet.push p 20;
      Hex.int "from" (Packet.checksum p) 20;
      Packet.reset p ~headroom:0;
      Hex.int "nothing" (Packet.checksum p) (-1));
  test "pools: as many as there are, each in one hand" (fun () ->
      let pool = Pool.create ~packets:3 ~bytes:100 in
      let take () = Pool.take pool ~headroom:10 in
      let p = Option.get (take ()) in
      is "others" (Option.is_some (take ()) && Option.is_some (take ()));
      is "no more" (Option.is_none (take ()));
      Packet.release p;
      is "not twice" (raises (fun () -> Packet.release p));
      Hex.int "one" (Pool.free pool) 1;
      is "again" (Option.get (take ()) == p))

(* ---- what was written: beside a string ---- *)

let send_buffers () =
  test "send buffer: beside a string (seed 2)" (fun () ->
      let random = Random.State.make [| 2 |] in
      let t = Send_buffer.create ~limit:5000 and model = ref "" in
      for _ = 1 to 20_000 do
        let n = Random.State.int random 700 in
        if Random.State.bool random then begin
          let bytes = Bytes.init n (fun _ -> Char.chr (Random.State.int random 256)) in
          let taken = Send_buffer.write t bytes 0 n in
          Hex.int "taken" taken (min n (5000 - String.length !model));
          model := !model ^ Bytes.sub_string bytes 0 taken
        end
        else begin
          let n = min n (String.length !model) in
          Send_buffer.drop t n;
          model := String.sub !model n (String.length !model - n)
        end;
        Hex.int "length" (Send_buffer.length t) (String.length !model);
        let from = Random.State.int random (String.length !model + 1) in
        let length = Random.State.int random (String.length !model - from + 1) in
        let copy = Octets.create length in
        Send_buffer.copy t ~from copy 0 length;
        is "copy" (Octets.to_string copy ~at:0 ~length = String.sub !model from length)
      done)

(* ---- what came: beside an array of bytes ---- *)

let stream = String.init 3000 (fun i -> Char.chr ((i * 31) lxor (i lsr 8) land 255))

let contiguous known =
  match String.index_opt known '0' with Some n -> n | None -> String.length known

let arrive random t known ~next =
  let start = max 0 (min 2999 (next - 100 + Random.State.int random 600)) in
  let length = min (3000 - start) (1 + Random.State.int random 300) in
  Bytes.fill known start length '1';
  let now = Arrivals.add t ~start ~next (Tcp_end.packet (String.sub stream start length)) in
  Hex.int "next" now (max next (contiguous (Bytes.to_string known)));
  now

let check_blocks t known ~next =
  let s = Segment.create () in
  Arrivals.blocks t s;
  for i = 0 to s.sacks - 1 do
    let start = s.sack.(2 * i) and stop = s.sack.((2 * i) + 1) in
    is "a block" (start < stop);
    is "was received" (not (String.contains (Bytes.sub_string known start (stop - start)) '0'));
    is "in one piece" (start < next || Bytes.get known (start - 1) = '0' || start = next)
  done

let one_stream random =
  let t = Arrivals.create () and known = Bytes.make 3000 '0' in
  let got = Buffer.create 3000 and bytes = Bytes.create 500 in
  let rec go next =
    if Buffer.length got < 3000 then begin
      let next = arrive random t known ~next in
      check_blocks t known ~next;
      Hex.int "held" (Arrivals.queued t) (next - Buffer.length got);
      if Random.State.int random 3 = 0 then
        Buffer.add_subbytes got bytes 0 (Arrivals.read t bytes 0 (Random.State.int random 500));
      go next
    end
  in
  go 0;
  is "the stream" (Buffer.contents got = stream)

let arrivals () =
  test "arrivals: any order and overlaps, beside an array (seeds 1 to 300)" (fun () ->
      let held = Tcp_end.packets_held () in
      for seed = 1 to 300 do
        one_stream (Random.State.make [| seed |])
      done;
      Hex.int "packets left" (Tcp_end.packets_held ()) held);
  test "arrivals: small packets share a buffer" (fun () ->
      let t = Arrivals.create () and pool = Pool.create ~packets:4 ~bytes:2048 in
      let rec add next =
        if next < 1000 then begin
          let p = Option.get (Pool.take pool ~headroom:0) in
          Packet.resize p 1;
          add (Arrivals.add t ~start:next ~next p)
        end
      in
      add 0;
      Hex.int "bytes" (Arrivals.queued t) 1000;
      Hex.int "buffers" (4 - Pool.free pool) 1;
      Arrivals.clear t)

let too_many_early () =
  test "arrivals: so many behind a gap, and the last go" (fun () ->
      let held = Tcp_end.packets_held () and t = Arrivals.create () in
      for i = 1 to Arrivals.limit + 100 do
        Hex.int "next" (Arrivals.add t ~start:(10 * i) ~next:0 (Tcp_end.packet "12345")) 0
      done;
      Hex.int "early" (Arrivals.early t) Arrivals.limit;
      Hex.int "bytes" (Arrivals.held t) (5 * Arrivals.limit);
      Arrivals.clear t;
      Hex.int "none" (Arrivals.held t) 0;
      Hex.int "packets left" (Tcp_end.packets_held ()) held)

(* ---- what is on its way: beside arrays by segment ---- *)

type model = { selected : bool array; lost : bool array; mutable first : int; mutable stop : int }

let size = 100

let flight_step random t m ~now =
  let pick () = m.first + Random.State.int random (max 1 (m.stop - m.first)) in
  match Random.State.int random 5 with
  | 0 | 1 when m.stop < 500 ->
      Flight.sent t ~start:(m.stop * size) ~stop:((m.stop + 1) * size) ~now;
      m.stop <- m.stop + 1
  | 2 ->
      let until = pick () in
      Flight.acknowledged t ~until:(until * size) ~now;
      m.first <- max m.first until
  | 3 when m.stop > m.first ->
      let i = pick () in
      let n = min (m.stop - i) (1 + Random.State.int random 3) in
      Flight.selected t ~start:(i * size) ~stop:((i + n) * size) ~segment:size ~now;
      for j = i to i + n - 1 do
        m.selected.(j) <- true;
        m.lost.(j) <- false
      done
  | _ -> (
      match Flight.next_lost t with
      | -1 when Random.State.int random 10 = 0 ->
          Flight.mark_all t;
          for j = m.first to m.stop - 1 do
            if not m.selected.(j) then m.lost.(j) <- true
          done
      | -1 -> ()
      | i ->
          let j = Flight.start_of t i / size in
          is "it is lost" m.lost.(j);
          m.lost.(j) <- false;
          Flight.resent t i ~now)

let check_flight t m =
  let count fn =
    List.length (List.filter fn (List.init (m.stop - m.first) (fun i -> m.first + i)))
  in
  Hex.int "segments" (Flight.count t) (m.stop - m.first);
  Hex.int "selected" (Flight.selected_bytes t) (size * count (fun j -> m.selected.(j)));
  Hex.int "on their way" (Flight.bytes t)
    (size * count (fun j -> not (m.selected.(j) || m.lost.(j))));
  is "lost" (Flight.has_lost t = (count (fun j -> m.lost.(j)) > 0))

let flights () =
  test "flight: beside arrays (seeds 1 to 50)" (fun () ->
      for seed = 1 to 50 do
        let random = Random.State.make [| seed |] and t = Flight.create () in
        let m =
          { selected = Array.make 600 false; lost = Array.make 600 false; first = 0; stop = 0 }
        in
        for now = 1 to 1000 do
          Flight.begin_answer t ~least:0;
          flight_step random t m ~now;
          check_flight t m
        done
      done);
  test "flight: what was sent as one is known in the parts that the device cut" (fun () ->
      let t = Flight.create () in
      Flight.sent t ~start:0 ~stop:1000 ~now:0;
      Flight.selected t ~start:300 ~stop:500 ~segment:100 ~now:1;
      Hex.int "selected" (Flight.selected_bytes t) 200;
      Hex.int "segments" (Flight.count t) 3;
      Flight.selected t ~start:650 ~stop:700 ~segment:100 ~now:1;
      Hex.int "not within one" (Flight.selected_bytes t) 200)

let doubtful () =
  test "RFC 8985 6.2: an answer to what was sent twice, too soon to be to the second" (fun () ->
      let t = Flight.create () in
      Flight.sent t ~start:0 ~stop:100 ~now:0;
      Flight.sent t ~start:100 ~stop:200 ~now:0;
      Flight.resent t 0 ~now:100;
      Flight.begin_answer t ~least:50;
      Flight.acknowledged t ~until:100 ~now:110;
      is "says nothing of the second" ((Flight.news t).latest < 0);
      Hex.int "so nothing is late" (Flight.mark_late t ~now:10_000 ~round_trip:50 ~tolerance:0)
        max_int;
      is "nor lost" (not (Flight.has_lost t)))

(* ---- times and windows ---- *)

let times () =
  test "RFC 6298 2: timeouts" (fun () ->
      let t = Round_trip.create () in
      Hex.int "at first" (Round_trip.timeout t) second;
      Round_trip.measured t (100 * ms);
      Hex.int "R + 4 R/2" (Round_trip.timeout t) (300 * ms);
      Round_trip.measured t (100 * ms);
      Hex.int "steadier" (Round_trip.timeout t) (250 * ms);
      Round_trip.back_off t;
      Round_trip.back_off t;
      Hex.int "backed off" (Round_trip.timeout t) (1000 * ms);
      Round_trip.progress t;
      Hex.int "progress" (Round_trip.timeout t) (250 * ms);
      for _ = 1 to 50 do
        Round_trip.measured t ms
      done;
      Hex.int "the least" (Round_trip.timeout t) (200 * ms))

(* A window of 100 segments of 1000 bytes, and a loss. *)
let after_loss () =
  let t = Congestion.create ~segment:1000 in
  while Congestion.window t < 100_000 do
    Congestion.acknowledged t ~now:0 ~bytes:1000 ~round_trip:0
  done;
  Congestion.lost t ~in_flight:100_000;
  t

let grow_until t ~round_trip time =
  let rec go now =
    if now < time then begin
      for _ = 1 to Congestion.window t / 1000 do
        Congestion.acknowledged t ~now ~bytes:1000 ~round_trip
      done;
      go (now + round_trip)
    end
  in
  go 0

let windows () =
  test "RFC 9438 4.6: a loss takes three tenths" (fun () ->
      Hex.int "window" (Congestion.window (after_loss ())) 70_000);
  test "RFC 9438 4.2: the old window is reached again after K, slowly, and then left behind"
    (fun () ->
      (* K is the cube root of 100 x 0.3 / 0.4: 4.2 s. *)
      let at time =
        let t = after_loss () in
        grow_until t ~round_trip:(100 * ms) (time * second);
        Congestion.window t / 1000
      in
      is "before" (at 2 > 85 && at 2 < 99);
      is "at K" (abs (at 4 - 100) <= 1);
      is "after" (at 8 > 110));
  test "RFC 9438 4.7: a second loss, before the old window was reached, leaves room to others"
    (fun () ->
      let t = after_loss () in
      Congestion.lost t ~in_flight:70_000;
      Hex.int "window" (Congestion.window t) 49_000;
      grow_until t ~round_trip:(500 * ms) (3 * second);
      is "towards 59.5, not 70" (abs ((Congestion.window t / 1000) - 59) <= 2));
  test "RFC 9438 4.3: with short round trips it grows as Reno would" (fun () ->
      let at round_trips =
        let t = after_loss () in
        grow_until t ~round_trip:ms (round_trips * ms);
        Congestion.window t / 1000
      in
      (* By 0.53 segments a round trip up to where the loss was, and by one from there on. *)
      is "at first" (abs (at 40 - 91) <= 2);
      is "then" (abs (at 157 - 200) <= 4));
  test "RFC 5681 3.1: a timeout leaves one segment, and slow start up to half and more" (fun () ->
      let t = after_loss () in
      Congestion.timed_out t ~in_flight:70_000;
      Hex.int "one" (Congestion.window t) 1000;
      is "slow start" (Congestion.in_slow_start t);
      for _ = 1 to 60 do
        Congestion.acknowledged t ~now:0 ~bytes:1000 ~round_trip:ms
      done;
      is "no more" (not (Congestion.in_slow_start t)))

let () =
  packets ();
  send_buffers ();
  arrivals ();
  too_many_early ();
  flights ();
  doubtful ();
  times ();
  windows ();
  Check.finish ()
