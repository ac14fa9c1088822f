(* What a peer of a TCP connection can see of its data, one test each, named by the section that
   asks for it: what is sent, received and lost. *)
open Net
open Tcp_end

let test = Check.test
let is = Check.that
let segment_of n = String.make n 'x'

(* ---- RFC 9293 3.7, 3.8: sending ---- *)

let sending () =
  test "RFC 9293 3.7.1: without the option segments have 536 bytes" (fun () ->
      let t = established ~mss:0 () in
      write t (segment_of 600);
      put t "A";
      expect t "one" "A 1001 5001 w65535 +536");
  test "RFC 9293 3.7.4: small segments wait for what is on its way" (fun () ->
      let t = established () in
      write t "a";
      expect t "the first" "PA 1001 5001 w65535 +1";
      write t "bc";
      expect t "not yet" "";
      put t "A";
      expect t "then" "PA 1002 5001 w65535 +2";
      let t = established ~config:{ Control.default with no_delay = true } () in
      write t "a";
      ignore (sent t : string);
      write t "bc";
      expect t "at once" "PA 1002 5001 w65535 +2");
  test "RFC 6298 5: what is not acknowledged is sent again, later and later" (fun () ->
      let t = established () in
      write t "data";
      ignore (sent t : string);
      after t 199;
      expect t "not yet" "";
      after t 1;
      expect t "again" "PA 1001 5001 w65535 +4";
      after t 399;
      expect t "not yet" "";
      after t 1;
      expect t "again" "PA 1001 5001 w65535 +4";
      put t "A";
      is "no timer" (Connection.deadline t.connection = max_int));
  test "RFC 9293 3.8.3: a peer that is silent for long is given up, and reset" (fun () ->
      let t = established ~config:{ Control.default with attempts = 3 } () in
      write t "data";
      ignore (sent t : string);
      for _ = 1 to 3 do
        after t 1600;
        ignore (sent t : string)
      done;
      is "so" (Connection.ending t.connection = Timed_out));
  test "RFC 6928: ten segments to start with" (fun () ->
      let t = established () in
      write t (segment_of 30_000);
      let segments = String.split_on_char ';' (sent t) in
      Hex.int "segments" (List.length segments) 10);
  test "RFC 5681 3.1: slow start" (fun () ->
      let t = established () in
      write t (segment_of 60_000);
      ignore (sent t : string);
      put t ~ack:(1001 + 2920) "A";
      let segments = String.split_on_char ';' (sent t) in
      Hex.int "four for two" (List.length segments) 4);
  test "RFC 9293 3.8.6.1: a closed window is probed, as long as the peer answers" (fun () ->
      let t = established ~config:{ Control.default with attempts = 3 } ~window:0 () in
      write t "data";
      expect t "nothing" "";
      after t 200;
      expect t "a byte" "A 1001 5001 w65535 +1";
      put t ~ack:1001 ~window:0 "A";
      for _ = 1 to 10 do
        let before = Connection.deadline t.connection in
        is "there is a timer" (before < max_int);
        after t (((before - t.now) / 1_000_000) + 1);
        expect t "again" "A 1001 5001 w65535 +1";
        put t ~ack:1001 ~window:0 "A"
      done;
      put t ~ack:1001 "A";
      expect t "it opens" "A 1001 5001 w65535 +1";
      put t ~ack:1002 "A";
      expect t "and the rest" "PA 1002 5001 w65535 +3");
  test "RFC 9293 3.8.6: what a window has room for, and no more" (fun () ->
      let t = established ~window:2000 () in
      write t (segment_of 4000);
      expect t "no more" "A 1001 5001 w65535 +1460");
  test "RFC 9293 3.8.6.2.1: no silly small segments into a small window" (fun () ->
      let t = established ~window:3000 () in
      write t (segment_of 6000);
      expect t "two" "A 1001 5001 w65535 +1460; A 2461 5001 w65535 +1460";
      put t ~window:100 "A";
      expect t "not for 100 bytes" "";
      after t 200;
      expect t "but in the end" "A 3921 5001 w65535 +100");
  test "RFC 9293 3.8.6.2.2: the window moves in steps that are worth it" (fun () ->
      let config = { Control.default with receive_limit = 4000 } in
      let t = established ~config () in
      put t ~data:(segment_of 1460) "A";
      put t ~data:(segment_of 1460) "A";
      expect t "less" "A 1001 7921 w1080";
      put t ~data:(segment_of 1080) "A";
      after t 40;
      expect t "none" "A 1001 9001 w0";
      put t ~data:"x" "A";
      expect t "refused" "A 1001 9001 w0";
      ignore (Connection.read t.connection (Bytes.create 1000) 0 1000 : int);
      expect t "a little is not told" "";
      put t ~data:"x" "A";
      expect t "not even when asked" "A 1001 9001 w0";
      ignore (read t : string);
      expect t "much is" "A 1001 9001 w4000");
  test "RFC 9293 3.8.6.2.2: reading from a window that is wide open is not told" (fun () ->
      let t = established () in
      for _ = 1 to 4 do
        put t ~data:(segment_of 1460) "A"
      done;
      ignore (sent t : string);
      ignore (read t : string);
      expect t "nothing" "");
  test "RFC 9293 3.8.4: keep-alive" (fun () ->
      let t = established ~config:{ Control.default with keep_alive = 10_000_000_000 } () in
      after t 9_999;
      expect t "not yet" "";
      after t 1;
      expect t "a probe" "A 1000 5001 w65535";
      put t "A";
      after t 10_000;
      expect t "another" "A 1000 5001 w65535";
      for _ = 1 to 12 do
        after t 10_000;
        ignore (sent t : string)
      done;
      is "so" (Connection.ending t.connection = Timed_out));
  test "RFC 9293 3.8.4: a probe is answered" (fun () ->
      let t = established () in
      put t ~sequence:5000 "A";
      expect t "ACK" "A 1001 5001 w65535")

(* ---- 3.8.6.3, 3.10.7.4: receiving ---- *)

let receiving () =
  test "RFC 9293 3.8.6.3: every second segment is acknowledged at once, others soon" (fun () ->
      let t = established () in
      put t ~data:"one" "A";
      expect t "waits" "";
      put t ~data:"two" "A";
      expect t "at once" "A 1001 5007 w65535";
      put t ~data:"three" "A";
      after t 39;
      expect t "waits" "";
      after t 1;
      expect t "soon" "A 1001 5012 w65535";
      Hex.text "all" (read t) "onetwothree");
  test "RFC 9293 3.8.6.3: an acknowledgement goes with data" (fun () ->
      let t = established () in
      put t ~data:"ask" "A";
      write t "answer";
      expect t "one segment" "PA 1001 5004 w65535 +6";
      after t 100;
      expect t "nothing" "");
  test "RFC 9293 3.10.7.4: text out of order waits, and is told of at once" (fun () ->
      let t = established () in
      put t ~sequence:5004 ~data:"def" "A";
      expect t "told" "A 1001 5001 w65535";
      Hex.text "nothing" (read t) "";
      put t ~data:"abc" "A";
      expect t "told" "A 1001 5007 w65535";
      Hex.text "all" (read t) "abcdef");
  test "RFC 9293 3.10.7.4: text that was there already" (fun () ->
      let t = established () in
      put t ~data:"abc" "A";
      put t ~sequence:4999 ~data:"xyabcdef" "A";
      Hex.text "the new" (read t) "abcdef";
      put t ~sequence:5001 ~data:"abcdef" "A";
      expect t "told" "A 1001 5007 w65535");
  test "RFC 9293 3.10.7.4: text beyond the window is cut off" (fun () ->
      let t = established ~config:{ Control.default with receive_limit = 10 } () in
      put t ~data:"0123456789abc" "A";
      Hex.text "ten" (read t) "0123456789";
      put t ~sequence:(5011 + 100) ~data:"far" "A";
      Hex.text "none" (read t) "");
  test "RFC 9293 3.10.7.4: FIN that comes early waits" (fun () ->
      let t = established () in
      put t ~sequence:5004 ~data:"def" "FA";
      state t Established;
      put t ~data:"abc" "A";
      state t Close_wait;
      expect t "both" "A 1001 5008 w65535";
      Hex.text "all" (read t) "abcdef");
  test "RFC 9293 3.10.7.4: no text without ACK" (fun () ->
      let t = established () in
      put t ~data:"abc" "P";
      Hex.text "none" (read t) "");
  test "RFC 9293 3.10.7.4: outside of the window, an acknowledgement" (fun () ->
      let t = established () in
      put t ~sequence:(5001 + 300_000) ~data:"far" "A";
      expect t "so" "A 1001 5001 w65535");
  test "RFC 9293 3.10.7.4: urgent data is data" (fun () ->
      let t = established () in
      put t ~data:"urgent" "PA";
      Hex.text "so" (read t) "urgent")

(* ---- losses ---- *)

let repeated () =
  test "RFC 2883 4.1: what came twice is told, once" (fun () ->
      let t = established ~sack:true () in
      put t ~data:"abcdef" "A";
      put t ~data:"ghi" "A";
      ignore (sent t : string);
      put t ~sequence:5001 ~data:"abcdef" "A";
      expect t "told" "A 1001 5010 w65535 5001-5007";
      put t ~sequence:5021 ~data:"x" "A";
      expect t "once" "A 1001 5010 w65535 5021-5022")

(* The last of its segments is repeated as a probe; what the peer then says, and the window. *)
let probed answer =
  let t = established ~sack:true ~round_trip:10 () in
  write t (String.make 4380 'x');
  ignore (sent t : string);
  t.now <- t.now + 10_000_000;
  put t ~ack:3921 "A";
  let before = Congestion.window t.connection.congestion in
  after t 100;
  expect t "the last again" "PA 3921 5001 w65535 +1460";
  answer t;
  (before, Congestion.window t.connection.congestion)

let tails () =
  test "RFC 8985 7.3: the last segment again, when there is nothing new" (fun () ->
      ignore (probed (fun _ -> ()) : int * int));
  test "RFC 8985 7.4.2: a loss that the probe repaired is a loss" (fun () ->
      let before, now =
        probed (fun t ->
            put t "A";
            write t "more";
            ignore (sent t : string);
            put t "A")
      in
      is "a smaller window" (now < before));
  test "RFC 8985 7.4.2: but not if it came twice" (fun () ->
      let before, now =
        probed (fun t ->
            put t "A";
            put t ~sacks:[ (3921, 5381) ] "A";
            write t "more";
            ignore (sent t : string);
            put t "A")
      in
      is "not smaller" (now >= before))

let five t =
  write t (segment_of 7300);
  ignore (sent t : string)

let losses () =
  test "RFC 5681 3.2: three duplicates, and the first is sent again" (fun () ->
      let t = established () in
      five t;
      put t ~ack:1001 "A";
      put t ~ack:1001 "A";
      expect t "not yet" "";
      put t ~ack:1001 "A";
      expect t "now" "A 1001 5001 w65535 +1460");
  test "RFC 5681 3.2: three in a row, that is" (fun () ->
      let t = established () in
      five t;
      put t ~ack:1001 "A";
      put t ~ack:1001 "A";
      put t ~ack:2461 "A";
      put t ~ack:2461 "A";
      expect t "nothing" "");
  test "RFC 6582 3.2: the next gap is where the first one ended" (fun () ->
      let t = established () in
      five t;
      for _ = 1 to 3 do
        put t ~ack:1001 "A"
      done;
      ignore (sent t : string);
      put t ~ack:3921 "A";
      expect t "at once" "A 3921 5001 w65535 +1460");
  test "RFC 8985 6: what three later segments passed is sent again" (fun () ->
      let t = established ~sack:true ~round_trip:40 () in
      five t;
      t.now <- t.now + 40_000_000;
      put t ~ack:1001 ~sacks:[ (2461, 3921) ] "A";
      put t ~ack:1001 ~sacks:[ (2461, 5381) ] "A";
      expect t "not yet" "";
      put t ~ack:1001 ~sacks:[ (2461, 6841) ] "A";
      expect t "now" "A 1001 5001 w65535 +1460");
  test "RFC 8985 6: or one, a while later" (fun () ->
      let t = established ~sack:true ~round_trip:40 () in
      five t;
      t.now <- t.now + 40_000_000;
      put t ~ack:1001 ~sacks:[ (6841, 8301) ] "A";
      expect t "not yet" "";
      after t 10;
      expect t "all before it, as far as the smaller window allows"
        "A 1001 5001 w65535 +1460; A 2461 5001 w65535 +1460; A 3921 5001 w65535 +1460");
  test "RFC 8985 6: only what is missing" (fun () ->
      let t = established ~sack:true () in
      five t;
      put t ~ack:1001 ~sacks:[ (2461, 3921); (5381, 8301) ] "A";
      expect t "two" "A 1001 5001 w65535 +1460; A 3921 5001 w65535 +1460");
  test "RFC 8985 7: a lost tail is probed before the timeout" (fun () ->
      let t = established ~sack:true ~round_trip:10 () in
      five t;
      t.now <- t.now + 10_000_000;
      put t ~ack:6841 ~sacks:[] "A";
      write t "more";
      after t 150;
      expect t "the new" "PA 8301 5001 w65535 +4");
  test "RFC 5681 4.3: a timeout, and one segment" (fun () ->
      let t = established () in
      five t;
      after t 200;
      expect t "one" "A 1001 5001 w65535 +1460";
      put t ~ack:2461 "A";
      expect t "then two" "A 2461 5001 w65535 +1460; A 3921 5001 w65535 +1460");
  test "RFC 2018 8: after a timeout, what the peer has is not sent again" (fun () ->
      let t = established ~sack:true () in
      five t;
      put t ~ack:1001 ~sacks:[ (2461, 3921) ] "A";
      ignore (sent t : string);
      after t 400;
      ignore (sent t : string);
      put t ~ack:3921 "A";
      is "the third" (String.sub (sent t) 0 6 = "A 3921"));
  test "RFC 1191 6.5: a smaller path, and what was on its way goes in smaller segments" (fun () ->
      let t = established () in
      write t (segment_of 2920);
      ignore (sent t : string);
      Connection.set_segment t.connection 1000;
      expect t "again"
        "A 1001 5001 w65535 +1000; A 2001 5001 w65535 +460; A 2461 5001 w65535 +1000; PA 3461 5001 w65535 +460")

let () =
  sending ();
  receiving ();
  repeated ();
  tails ();
  losses ();
  Check.finish ()
