(* Hosts on an Ethernet: who finds whom, and what they say to each other. *)
open Net

let test = Check.test
let is = Check.that
let ms = 1_000_000
let second = 1000 * ms

let ok what = function
  | Ok value -> value
  | Error _ -> failwith (what ^ " fails")

let two ?faults ?config ?limits ?checksums ?cuts ?mtu fn =
  World.run ?faults (fun w ->
      let a = World.host w ?config ?limits ?checksums ?cuts ?mtu 1 in
      let b = World.host w ?config ?limits ?checksums ?cuts ?mtu 2 in
      let result = fn w a b in
      result)

let tcp h = Stack.tcp (World.stack h)
let udp h = Stack.udp (World.stack h)
let tcp_ok what = function
  | Ok value -> value
  | Error e -> failwith (Format.asprintf "%s: %a" what Tcp.pp_error e)

(* ---- echoes ---- *)

let ask h address = Echo.ask (Stack.echo (World.stack h)) address ~bytes:56 ~patience:(5 * second)

let echoes () =
  test "echo: of a neighbour, found by ARP" (fun () ->
      two (fun _ a _ ->
          match ask a (World.address 2) with
          | Ok (Some { bytes = 56; time }) -> Hex.int "round trips" (time / ms) 4
          | _ -> failwith "no answer"));
  test "echo: of ourselves and of loopback" (fun () ->
      two (fun w a _ ->
          let answered address = match ask a address with Ok (Some _) -> true | _ -> false in
          is "own" (answered (World.address 1));
          is "127.0.0.1" (answered Address.loopback4);
          is "::1" (answered Address.loopback6);
          Hex.int "frames" (World.frames w) 0));
  test "echo: of nobody" (fun () ->
      two (fun w a _ ->
          is "no answer" (ask a (World.address 77) = Ok None);
          Hex.int "asked three times" (World.frames w) 3;
          is "no route" (ask a (Address.v4 192 168 1 1) = Error Ip_output.No_route)));
  test "echo: version 6, by addresses that hosts give themselves" (fun () ->
      two (fun w a b ->
          Stack.autoconfigure (World.stack a);
          Stack.autoconfigure (World.stack b);
          World.sleep w (2 * second);
          let address = Address.of_mac ~prefix:"\xfe\x80\000\000\000\000\000\000" (World.mac 2) in
          match ask a address with
          | Ok (Some { bytes = 56; _ }) -> ()
          | _ -> failwith "no answer"));
  test "RFC 4862 5.4: an address that somebody has is not taken" (fun () ->
      two (fun w a b ->
          Stack.autoconfigure (World.stack a);
          World.sleep w (2 * second);
          let address = Address.of_mac ~prefix:"\xfe\x80\000\000\000\000\000\000" (World.mac 2) in
          Stack.add_address (World.stack a) address ~bits:64;
          Stack.autoconfigure (World.stack b);
          World.sleep w (3 * second);
          Hex.int "given up" (Stack.interface (World.stack b)).dad_failed 1))

(* What is sent back when the rest of a packet does not come, whose first fragment is this. *)
let answer_to_fragment ~protocol payload =
  two (fun w _ _ ->
      let answer = ref "nothing" in
      World.watch w (fun frame ->
          if frame.[12] = '\x08' && frame.[13] = '\x00' && frame.[23] = '\x01' then
            answer := Printf.sprintf "%d %d" (Char.code frame.[34]) (Char.code frame.[35]);
          true);
      let source = World.address 1 and destination = World.address 2 in
      World.inject w (Frames.ipv4 ~source ~destination ~protocol ~fragment:Ipv4.more payload);
      World.sleep w (40 * second);
      !answer)

let fragments () =
  test "RFC 792: the rest of a packet does not come" (fun () ->
      Hex.text "time exceeded" (answer_to_fragment ~protocol:Ipv4.udp "01234567") "11 1");
  test "RFC 1122 3.2.2: errors are not answered by errors" (fun () ->
      Hex.text "of an error" (answer_to_fragment ~protocol:Ipv4.icmp "\x03\x01234567") "nothing";
      Hex.text "of an echo" (answer_to_fragment ~protocol:Ipv4.icmp "\x08\x00234567") "11 1")

(* ---- UDP ---- *)

let bind h ?(port = 0) () =
  match Udp_socket.bind (udp h) ~port () with Ok s -> s | Error _ -> failwith "bind"

let say h socket ~port text =
  Udp_socket.send (udp h) socket (World.address 2) ~port (Bytes.of_string text) 0
    (String.length text)

let hear h socket =
  let bytes = Bytes.create 65535 in
  match Udp_socket.receive (udp h) socket bytes 0 65535 with
  | Ok (n, from, port) -> (Bytes.sub_string bytes 0 n, from, port)
  | Error _ -> failwith "receive"

let udp_tests () =
  test "UDP: there and back" (fun () ->
      two (fun _ a b ->
          let server = bind b ~port:7 () and client = bind a () in
          ok "send" (say a client ~port:7 "hello");
          let text, from, port = hear b server in
          Hex.text "text" text "hello";
          is "from" (Address.equal from (World.address 1) && port = Udp_socket.port client);
          Hex.int "buffers" (World.held a + World.held b) 0));
  let sizes = [ 0; 1; 1472; 1473; 2000; 8000; 65000 ] in
  test "UDP: sizes, in fragments where it must" (fun () ->
      two (fun _ a b ->
          let server = bind b ~port:7 () and client = bind a () in
          let check size =
            let text = String.init size (fun i -> Char.chr (i * 7 land 255)) in
            ok "send" (say a client ~port:7 text);
            let heard, _, _ = hear b server in
            is (string_of_int size) (heard = text)
          in
          List.iter check sizes;
          is "more" (say a client ~port:7 (String.make 65530 'x') = Error (No_way Too_large));
          Hex.int "buffers" (World.held a + World.held b) 0));
  test "UDP: nobody is at that port (RFC 1122 4.1.3.1)" (fun () ->
      two (fun _ a _ ->
          let client = bind a () in
          Udp_socket.connect (udp a) client (World.address 2) ~port:9;
          ok "send" (say a client ~port:9 "hello");
          is "told" (Udp_socket.receive (udp a) client (Bytes.create 9) 0 9 = Error Unreachable)));
  test "UDP: what nobody receives has a limit" (fun () ->
      two (fun w a b ->
          let server = bind b ~port:7 () and client = bind a () in
          for _ = 1 to 600 do
            ok "send" (say a client ~port:7 "flood");
            World.sleep w ms
          done;
          World.sleep w second;
          is "dropped" (Udp_socket.dropped server > 300);
          is "buffers" (World.held b <= 129);
          ignore (hear b server : string * Address.t * int)))

(* ---- TCP ---- *)

let content seed length =
  let random = Random.State.make [| seed |] in
  String.init length (fun _ -> Char.chr (Random.State.int random 256))

let read_all h socket =
  let bytes = Bytes.create 5000 and all = Buffer.create 1000 in
  let rec go () =
    match Tcp.read (tcp h) socket bytes 0 5000 with
    | Ok 0 -> Buffer.contents all
    | Ok n ->
        Buffer.add_subbytes all bytes 0 n;
        go ()
    | Error e -> failwith (Format.asprintf "read: %a" Tcp.pp_error e)
  in
  go ()

let write_all h socket text =
  tcp_ok "write" (Tcp.write (tcp h) socket (Bytes.of_string text) 0 (String.length text))

(* Sends back what it gets, to each in a fiber of its own, until there is no more. *)
let serve_echo h ~port =
  let listener = tcp_ok "listen" (Tcp.listen (tcp h) ~port ()) in
  let serve socket () =
    let bytes = Bytes.create 4096 in
    let rec go () =
      match Tcp.read (tcp h) socket bytes 0 4096 with
      | Ok 0 | Error _ -> Tcp.leave (tcp h) socket
      | Ok n ->
          ignore (Tcp.write (tcp h) socket bytes 0 n : (unit, Tcp.error) result);
          go ()
    in
    go ()
  in
  let rec go () =
    match Tcp.accept (tcp h) listener with
    | Ok socket ->
        World.fork (serve socket);
        go ()
    | Error _ -> ()
  in
  World.fork go;
  listener

let exchange h ~port ~to_ text =
  let socket = tcp_ok "connect" (Tcp.connect (tcp h) (World.address to_) ~port) in
  World.fork (fun () ->
      write_all h socket text;
      Tcp.close (tcp h) socket);
  let answer = read_all h socket in
  Tcp.leave (tcp h) socket;
  is "the same" (answer = text)

let tcp_tests () =
  test "TCP: an echo server, and all is given back" (fun () ->
      two (fun w a b ->
          let listener = serve_echo b ~port:7 in
          exchange a ~port:7 ~to_:2 (content 1 200_000);
          World.sleep w (100 * second);
          Tcp.stop (tcp b) listener;
          Hex.int "connections" (Tcp_table.count (tcp a) + Tcp_table.count (tcp b)) 0;
          Hex.int "buffers" (World.held a + World.held b) 0));
  test "TCP: checksums left to the device" (fun () ->
      two ~checksums:true (fun _ a b ->
          ignore (serve_echo b ~port:7 : Tcp.listener);
          exchange a ~port:7 ~to_:2 (content 2 50_000)));
  test "TCP: segments left to the device to cut, and some are lost" (fun () ->
      let faults = { World.drop = 0.05; duplicate = 0.02; reorder = 0.1; corrupt = 0.01 } in
      two ~checksums:true ~cuts:true ~faults (fun w a b ->
          ignore (serve_echo b ~port:7 : Tcp.listener);
          exchange a ~port:7 ~to_:2 (content 7 2_000_000);
          is "there were some" (World.large_frames w > 100)));
  test "TCP: with ourselves" (fun () ->
      two (fun w a _ ->
          ignore (serve_echo a ~port:7 : Tcp.listener);
          exchange a ~port:7 ~to_:1 (content 3 300_000);
          Hex.int "frames" (World.frames w) 0));
  test "TCP: small packets" (fun () ->
      two ~mtu:576 (fun _ a b ->
          ignore (serve_echo b ~port:7 : Tcp.listener);
          exchange a ~port:7 ~to_:2 (content 4 50_000)));
  test "TCP: nobody listens" (fun () ->
      two (fun _ a _ -> is "refused" (Tcp.connect (tcp a) (World.address 2) ~port:9 = Error
        Refused)));
  test "TCP: nobody is there" (fun () ->
      two (fun _ a _ -> is "timed out"
        (Tcp.connect (tcp a) (World.address 9) ~port:9 = Error Timed_out)));
  test "TCP: no way" (fun () ->
      two (fun _ a _ ->
          is "unreachable" (Tcp.connect (tcp a) (Address.v4 1 2 3 4) ~port:9 = Error Unreachable)));
  test "TCP: a port is listened at once" (fun () ->
      two (fun _ a _ ->
          let listener = tcp_ok "listen" (Tcp.listen (tcp a) ~port:7 ()) in
          is "in use" (Tcp.listen (tcp a) ~port:7 () = Error In_use);
          Tcp.stop (tcp a) listener;
          is "stopped" (Tcp.accept (tcp a) listener = Error Closed);
          ignore (tcp_ok "again" (Tcp.listen (tcp a) ~port:7 ()) : Tcp.listener)));
  test "TCP: a slow reader holds the writer back, and nothing else" (fun () ->
      two (fun w a b ->
          let listener = tcp_ok "listen" (Tcp.listen (tcp b) ~port:8 ()) in
          ignore (serve_echo b ~port:7 : Tcp.listener);
          let socket = tcp_ok "connect" (Tcp.connect (tcp a) (World.address 2) ~port:8) in
          let slow = tcp_ok "accept" (Tcp.accept (tcp b) listener) in
          let text = content 5 1_000_000 in
          let is_written = ref false in
          World.fork (fun () ->
              write_all a socket text;
              is_written := true;
              Tcp.close (tcp a) socket);
          World.sleep w (60 * second);
          is "held back" (not !is_written);
          is "in copies" (World.held b <= 130);
          exchange a ~port:7 ~to_:2 (content 6 10_000);
          is "all in the end" (read_all b slow = text)));
  test "TCP: watching, without waiting" (fun () ->
      two (fun w a b ->
          let listener = tcp_ok "listen" (Tcp.listen (tcp b) ~port:8 ()) in
          let arrivals = ref 0 and changes = ref 0 in
          Tcp.watch_arrivals (tcp b) listener (fun () -> incr arrivals);
          is "none" (not (Tcp.is_acceptable listener));
          let ours = tcp_ok "connect" (Tcp.connect (tcp a) (World.address 2) ~port:8) in
          World.sleep w (10 * ms);
          is "one" (!arrivals = 1 && Tcp.is_acceptable listener);
          let theirs = tcp_ok "accept" (Tcp.accept (tcp b) listener) in
          Tcp.watch (tcp b) theirs (fun () -> incr changes);
          is "nothing" (not (Tcp.is_readable theirs));
          is "room" (Tcp.is_writable (tcp a) ours);
          write_all a ours "hello";
          World.sleep w (10 * ms);
          is "something" (!changes > 0 && Tcp.is_readable theirs)));
  test "RFC 4861 7.3.1: who acknowledges is there, and is not asked" (fun () ->
      two (fun w a b ->
          let ours, theirs =
            let listener = tcp_ok "listen" (Tcp.listen (tcp b) ~port:8 ()) in
            let ours = tcp_ok "connect" (Tcp.connect (tcp a) (World.address 2) ~port:8) in
            (ours, tcp_ok "accept" (Tcp.accept (tcp b) listener))
          in
          let asked = ref 0 in
          World.watch w (fun frame ->
              if frame.[12] = '\x08' && frame.[13] = '\x06' then incr asked;
              true);
          for _ = 1 to 20 do
            write_all a ours "a";
            write_all b theirs "b";
            World.sleep w (11 * second)
          done;
          Hex.int "asked" !asked 0));
  test "TCP: a canceled read, and the socket goes on" (fun () ->
      two (fun _ a b ->
          ignore (serve_echo b ~port:7 : Tcp.listener);
          let socket = tcp_ok "connect" (Tcp.connect (tcp a) (World.address 2) ~port:7) in
          let bytes = Bytes.create 10 in
          (match
             Structured.Flock.join_after (fun () ->
                 let promise =
                   Structured.Flock.fork_as_promise (fun () -> Tcp.read (tcp a) socket bytes 0 10)
                 in
                 Picos.Fiber.yield ();
                 Structured.Promise.terminate promise)
           with
          | () -> ());
          write_all a socket "ping";
          is "answer" (Tcp.read (tcp a) socket bytes 0 10 = Ok 4)))

(* ---- what hosts do to each other's connections ---- *)

let connected a b =
  let listener = tcp_ok "listen" (Tcp.listen (tcp b) ~port:80 ()) in
  let ours = tcp_ok "connect" (Tcp.connect (tcp a) (World.address 2) ~port:80) in
  (ours, tcp_ok "accept" (Tcp.accept (tcp b) listener))

let say h socket text =
  ignore (Tcp.write (tcp h) socket (Bytes.of_string text) 0 (String.length text) : (unit, Tcp.error)
    result)

let restarts () =
  test "RFC 9293 3.5.1: a peer that has forgotten resets, and we hear of it" (fun () ->
      two (fun w a b ->
          let ours, _ = connected a b in
          World.crash w b;
          ignore (World.host w 2 : World.host);
          say a ours "are you there?";
          is "reset" (Tcp.read (tcp a) ours (Bytes.create 9) 0 9 = Error Reset);
          Hex.int "none left" (Tcp_table.count (tcp a)) 0));
  test "RFC 9293 3.5.1: a peer that is gone times out" (fun () ->
      two (fun w a b ->
          let ours, _ = connected a b in
          World.crash w b;
          say a ours "are you there?";
          is "timed out" (Tcp.read (tcp a) ours (Bytes.create 9) 0 9 = Error Timed_out)));
  test "RFC 9293 3.6.1: a new connection takes the place of one in TIME-WAIT" (fun () ->
      two (fun w a b ->
          let ours, theirs = connected a b in
          let _, port = Tcp.local ours in
          Tcp.leave (tcp b) theirs;
          World.sleep w (100 * ms);
          Tcp.leave (tcp a) ours;
          World.sleep w (100 * ms);
          is "it waits" (Connection.state (Tcp.connection theirs) = Time_wait);
          let next = (Tcp.connection theirs).next in
          let answers = ref [] in
          World.watch w (fun frame ->
              (match Frames.segment_of frame with
              | Some (s, _, _) when s.source_port = 80 -> answers := s.flags :: !answers
              | _ -> ());
              true);
          let syn sequence =
            World.inject w
              (Frames.tcp ~source:(World.address 1) ~destination:(World.address 2) ~ports:(port, 80)
                 ~sequence ~ack:0 Segment.syn);
            World.sleep w (10 * ms)
          in
          syn (next - 1000);
          is "an old one is not" (!answers = [ Segment.ack ] || !answers = []);
          answers := [];
          syn (next + 100_000);
          is "SYN ACK" (List.mem (Segment.syn lor Segment.ack) !answers)));
  test "RFC 9293 3.10.7.1: what belongs to nothing is reset, but for resets" (fun () ->
      two (fun w _ _ ->
          let answers = ref [] in
          World.watch w (fun frame ->
              Option.iter
                (fun ((s : Segment.t), _, _) -> answers := s.flags :: !answers)
                (Frames.segment_of frame);
              true);
          let send flags =
            World.inject w
              (Frames.tcp ~source:(World.address 1) ~destination:(World.address 2) ~ports:(1, 2)
                 ~sequence:7 ~ack:9 flags);
            World.sleep w (10 * ms)
          in
          send Segment.rst;
          is "none" (!answers = []);
          send Segment.ack;
          is "RST" (!answers = [ Segment.rst ]);
          send Segment.syn;
          is "RST ACK" (!answers = [ Segment.rst lor Segment.ack; Segment.rst ])))

let () =
  echoes ();
  fragments ();
  udp_tests ();
  tcp_tests ();
  restarts ();
  Check.finish ()
