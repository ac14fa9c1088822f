(* What a peer of a TCP connection can see of its states, one test each, named by the section that
   asks for it: how it begins and ends, what is agreed on, and what forged segments do not
   change. *)
open Net
open Tcp_end

let test = Check.test
let is = Check.that
let segment_of n = String.make n 'x'

(* ---- RFC 9293 3.5: opening ---- *)

let opening () =
  test "RFC 9293 3.5: active open" (fun () ->
      let t = connecting () in
      expect t "SYN" "S 1000 0 w65535 mss1460 scale3 sack ts0,0";
      state t Syn_sent;
      ignore (gets t ~sequence:peer ~mss:1460 ~scale:0 "SA" : Tcp_input.verdict);
      state t Established;
      expect t "its answer" "A 1001 5001 w32768");
  test "RFC 9293 3.5: passive open" (fun () ->
      let s = Segment.create () in
      s.flags <- Segment.syn;
      s.sequence <- peer;
      s.segment_size <- 1000;
      let c = Connection.accept Control.default s ~first ~clock_offset:0 ~now:0 in
      let t = { connection = c; now = 0; segment = s } in
      expect t "SYN ACK" "SA 1000 5001 w65535 mss1460";
      put t "A";
      state t Established;
      is "its largest segment" (c.segment = 1000));
  test "RFC 9293 3.5: simultaneous open" (fun () ->
      let t = connecting () in
      ignore (sent t : string);
      ignore (gets t ~sequence:peer ~ack:0 ~mss:1460 "S" : Tcp_input.verdict);
      state t Syn_received;
      expect t "SYN ACK" "SA 1000 5001 w65535 mss1460";
      put t ~sequence:peer ~ack:1001 "SA";
      state t Established;
      expect t "ACK" "A 1001 5001 w65535");
  test "RFC 9293 3.5: data written before it stands goes out when it does" (fun () ->
      let t = connecting () in
      write t "early";
      ignore (sent t : string);
      ignore (gets t ~sequence:peer ~mss:1460 "SA" : Tcp_input.verdict);
      expect t "both" "PA 1001 5001 w65535 +5");
  test "RFC 9293 3.5.2: reset of what is no connection" (fun () ->
      let s = Segment.create () and answer = Segment.create () in
      s.flags <- Segment.ack;
      s.acknowledgement <- 77;
      Connection.reset_for s answer;
      is "RST alone" (answer.flags = Segment.rst && answer.sequence = 77);
      Segment.clear s;
      s.flags <- Segment.syn;
      s.sequence <- 9;
      s.length <- 5;
      Connection.reset_for s answer;
      is "RST ACK"
        (answer.flags = Segment.rst lor Segment.ack && answer.sequence = 0 &&
          answer.acknowledgement = 15));
  test "RFC 9293 3.10.7.3: a wrong acknowledgement of SYN is reset" (fun () ->
      let t = connecting () in
      ignore (sent t : string);
      is "reset" (gets t ~sequence:peer ~ack:1002 "SA" = Reset_sender);
      is "not a reset" (gets t ~sequence:peer ~ack:1002 "RA" = Done);
      state t Syn_sent);
  test "RFC 9293 3.10.7.3: refused" (fun () ->
      let t = connecting () in
      ignore (sent t : string);
      ignore (gets t ~sequence:0 ~ack:1000 "R" : Tcp_input.verdict);
      state t Syn_sent;
      put t ~sequence:0 ~ack:1001 "RA";
      state t Closed;
      is "so" (Connection.ending t.connection = Refused));
  test "RFC 9293 3.8.3: SYN is repeated, later and later, and given up" (fun () ->
      let t = connecting () in
      ignore (sent t : string);
      after t 999;
      expect t "not yet" "";
      after t 1;
      expect t "again" "S 1000 0 w65535 mss1460 scale3 sack ts1000,0";
      after t 2000;
      expect t "again" "S 1000 0 w65535 mss1460 scale3 sack ts3000,0";
      after t 61_000;
      is "so" (Connection.ending t.connection = Timed_out))

(* ---- 3.6: closing ---- *)

let closing () =
  test "RFC 9293 3.6.1: closing first, then TIME-WAIT" (fun () ->
      let t = established () in
      Connection.close t.connection;
      expect t "FIN" "FA 1001 5001 w65535";
      put t "A";
      state t Fin_wait_2;
      put t "FA";
      state t Time_wait;
      expect t "ACK" "A 1002 5002 w65535";
      after t 30_000;
      put t ~sequence:5001 "FA";
      expect t "ACK of a repeated FIN, from which it waits anew" "A 1002 5002 w65535";
      after t 59_999;
      state t Time_wait;
      after t 1;
      is "so" (Connection.ending t.connection = Finished));
  test "RFC 9293 3.6: closing second" (fun () ->
      let t = established () in
      put t "FA";
      state t Close_wait;
      is "nothing will come" (Connection.at_end t.connection);
      expect t "ACK" "A 1001 5002 w65535";
      write t "last";
      Connection.close t.connection;
      expect t "the last, with FIN" "FPA 1001 5002 w65535 +4";
      put t "A";
      is "so" (Connection.ending t.connection = Finished));
  test "RFC 9293 3.6: both at once" (fun () ->
      let t = established () in
      Connection.close t.connection;
      ignore (sent t : string);
      put t ~ack:1001 "FA";
      state t Closing;
      expect t "ACK" "A 1002 5002 w65535";
      put t "A";
      state t Time_wait);
  test "RFC 9293 3.6: a lost FIN is repeated" (fun () ->
      let t = established () in
      Connection.close t.connection;
      ignore (sent t : string);
      after t 200;
      expect t "again" "FA 1001 5001 w65535");
  test "RFC 9293 3.6: what was written is sent before FIN, as the window allows" (fun () ->
      let t = established ~window:10 () in
      write t (segment_of 15);
      Connection.close t.connection;
      expect t "a part" "A 1001 5001 w65535 +10";
      put t ~window:10 "A";
      expect t "the rest" "FPA 1011 5001 w65535 +5");
  test "RFC 9293 3.9.1: abort resets" (fun () ->
      let t = established () in
      Connection.abort t.connection;
      expect t "reset" "RA 1001 5001 w0";
      state t Closed);
  test "RFC 2525 2.17: leaving with unread data, or before more comes, resets" (fun () ->
      let t = established () in
      put t ~data:"unread" "A";
      Connection.leave t.connection;
      expect t "reset" "RA 1001 5007 w0";
      let t = established () in
      Connection.leave t.connection;
      expect t "FIN" "FA 1001 5001 w65535";
      put t ~data:"more" "A";
      expect t "reset" "RA 1002 5001 w0");
  test "RFC 9293 3.9.1: FIN-WAIT-2 without a user ends" (fun () ->
      let t = established () in
      Connection.leave t.connection;
      ignore (sent t : string);
      put t "A";
      state t Fin_wait_2;
      after t 60_000;
      state t Closed)

(* ---- RFC 5961, RFC 1337: forged segments ---- *)

let forged () =
  test "RFC 5961 3.2: a reset must be exact" (fun () ->
      let t = established () in
      put t ~sequence:5002 "R";
      state t Established;
      expect t "a challenge" "A 1001 5001 w65535";
      put t ~sequence:(5001 + 300_000) "R";
      expect t "nothing" "";
      put t "R";
      is "so" (Connection.ending t.connection = Reset));
  test "RFC 5961 4.2: SYN changes nothing" (fun () ->
      let t = established () in
      put t ~ack:0 "S";
      expect t "a challenge" "A 1001 5001 w65535";
      put t ~sequence:5000 ~ack:1001 "SA";
      expect t "a challenge" "A 1001 5001 w65535";
      state t Established);
  test "RFC 5961 5.2: data whose acknowledgement cannot be is dropped" (fun () ->
      let t = established () in
      put t ~ack:1002 ~data:"forged" "A";
      expect t "a challenge" "A 1001 5001 w65535";
      put t ~ack:(1001 - 70_000) ~data:"forged" "A";
      expect t "a challenge" "A 1001 5001 w65535";
      Hex.text "none" (read t) "";
      put t ~ack:(1001 - 60_000) ~data:"late" "A";
      Hex.text "an old one is taken" (read t) "late");
  test "RFC 5961 7: challenges are few" (fun () ->
      let t = established () in
      let count = ref 0 in
      for _ = 1 to 100 do
        put t ~sequence:5002 "R";
        if sent t <> "" then incr count
      done;
      Hex.int "in a second" !count 5;
      t.now <- t.now + 1_000_000_000;
      put t ~sequence:5002 "R";
      expect t "in the next" "A 1001 5001 w65535");
  test "RFC 1337: a reset does not end TIME-WAIT" (fun () ->
      let t = established () in
      Connection.close t.connection;
      ignore (sent t : string);
      put t "FA";
      put t "R";
      state t Time_wait)

(* ---- RFC 7323, RFC 2018 ---- *)

let options () =
  test "RFC 7323 2: windows are scaled, both ways" (fun () ->
      let t = established ~scale:4 ~window:100 () in
      put t ~data:(segment_of 16) "A";
      write t (segment_of 4000);
      put t ~window:100 "A";
      expect t "ours is 8 times, theirs 16 times that" "A 1001 5017 w32766 +1460");
  test "RFC 7323 3: timestamps" (fun () ->
      let t = established ~timestamp:700 () in
      write t "data";
      expect t "echoed" "PA 1001 5001 w65535 +4 ts0,700";
      put t ~timestamp:(705, 0) "A";
      put t ~timestamp:(710, 0) ~data:"a" "A";
      t.now <- t.now + 1_000_000;
      put t ~timestamp:(715, 0) ~data:"b" "A";
      expect t "the first of two (4.3)" "A 1005 5003 w65535 ts1,710");
  test "RFC 7323 5: old segments are dropped by their timestamps" (fun () ->
      let t = established ~timestamp:700 () in
      put t ~timestamp:(699, 0) ~data:"old" "A";
      expect t "told" "A 1001 5001 w65535 ts0,700";
      Hex.text "none" (read t) "";
      put t ~data:"none at all" "A";
      Hex.text "none" (read t) "";
      put t ~timestamp:(700, 0) ~data:"new" "A";
      Hex.text "taken" (read t) "new");
  test "RFC 7323 5.5: unless it was silent for long" (fun () ->
      let t = established ~timestamp:700 () in
      t.now <- t.now + (25 * 86_400_000 * 1_000_000);
      put t ~timestamp:(650, 0) ~data:"new" "A";
      Hex.text "taken" (read t) "new");
  test "RFC 7323 3.2: a reset needs no timestamp" (fun () ->
      let t = established ~timestamp:700 () in
      put t "R";
      state t Closed);
  test "RFC 2018 4: blocks, the newest first" (fun () ->
      let t = established ~sack:true () in
      put t ~sequence:5011 ~data:(segment_of 10) "A";
      expect t "one" "A 1001 5001 w65535 5011-5021";
      put t ~sequence:5041 ~data:(segment_of 10) "A";
      expect t "two" "A 1001 5001 w65535 5041-5051 5011-5021";
      put t ~sequence:5021 ~data:(segment_of 10) "A";
      expect t "joined" "A 1001 5001 w65535 5011-5031 5041-5051";
      put t ~data:(segment_of 10) "A";
      expect t "filled" "A 1001 5031 w65535 5041-5051")

let () =
  opening ();
  closing ();
  forged ();
  options ();
  Check.finish ()
