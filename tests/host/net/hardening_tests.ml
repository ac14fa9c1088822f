(* Who means harm: floods, forged segments, and nonsense. What stood before goes on, and nothing
   grows without bound. *)
open Net

let test = Check.test
let is = Check.that
let second = 1_000_000_000
let ms = 1_000_000
let tcp h = Stack.tcp (World.stack h)

let tcp_ok what = function
  | Ok value -> value
  | Error e -> failwith (Format.asprintf "%s: %a" what Tcp.pp_error e)

let victim = World.address 2
let stranger n = Address.v4 10 0 0 (3 + (n mod 250))
let bits () = Random.bits () lor (Random.bits () lsl 30)

type talk = {
  a : World.host;
  b : World.host;
  ours : Tcp.socket;
  theirs : Tcp.socket;
  listener : Tcp.listener;
}

let say_through h socket other_host other text =
  tcp_ok "write" (Tcp.write (tcp h) socket (Bytes.of_string text) 0 (String.length text));
  let bytes = Bytes.create (String.length text) in
  let rec go at =
    if at < String.length text then
      match tcp_ok "read" (Tcp.read (tcp other_host) other bytes at (String.length text - at)) with
      | 0 -> failwith "it ended"
      | n -> go (at + n)
  in
  go 0;
  Hex.text "heard" (Bytes.to_string bytes) text

(* Two hosts that speak to each other: before, while and after. *)
let goes_on t =
  say_through t.a t.ours t.b t.theirs "still here?";
  say_through t.b t.theirs t.a t.ours "yes, still here"

let talking ?limits fn =
  Random.init (World.seed ());
  World.run (fun w ->
      let a = World.host w 1 and b = World.host w ?limits 2 in
      let listener = tcp_ok "listen" (Tcp.listen (tcp b) ~port:80 ~backlog:20000 ()) in
      let ours = tcp_ok "connect" (Tcp.connect (tcp a) victim ~port:80) in
      let theirs = tcp_ok "accept" (Tcp.accept (tcp b) listener) in
      let t = { a; b; ours; theirs; listener } in
      goes_on t;
      fn w t;
      goes_on t)

(* ---- floods ---- *)

let flood w n frame =
  for i = 1 to n do
    World.inject w (frame i);
    if i mod 50 = 0 then World.sleep w ms
  done;
  World.sleep w (10 * ms)

let syn_flood () =
  test "flood: SYNs from nowhere; others are still served (RFC 4987)" (fun () ->
      talking (fun w t ->
          flood w 5000 (fun i ->
              Frames.tcp ~source:(stranger i) ~destination:victim ~ports:(1024 + i, 80)
                ~sequence:(bits ())
                ~ack:0 Segment.syn);
          let counts = Tcp_table.counts (tcp t.b) in
          is "few are remembered"
            (Tcp_table.count (tcp t.b) <= 1 + Tcp_table.default_limits.half_open);
          is "cookies" (counts.cookies_sent > 4000);
          let ours = tcp_ok "connect" (Tcp.connect (tcp t.a) victim ~port:80) in
          let theirs = tcp_ok "accept" (Tcp.accept (tcp t.b) t.listener) in
          Hex.int "by a cookie" counts.cookies_taken 1;
          goes_on { t with ours; theirs };
          World.sleep w (300 * second);
          Hex.int "half-open ones have ended" (Tcp_table.count (tcp t.b)) 2));
  test "flood: acknowledgements that are no cookies" (fun () ->
      talking (fun w t ->
          flood w 5000 (fun i ->
              Frames.tcp ~source:(stranger i) ~destination:victim ~ports:(i, 80) ~sequence:(bits ())
                ~ack:(bits ()) Segment.ack);
          Hex.int "connections" (Tcp_table.count (tcp t.b)) 1;
          is "so many resets a second" ((Tcp_table.counts (tcp t.b)).resets_sent <= 1200)));
  test "flood: connections; there is a limit, and those that stand are served" (fun () ->
      talking ~limits:{ Tcp_table.default_limits with connections = 50 } (fun w t ->
          let sockets =
            List.init 100 (fun _ ->
                let config = { Control.default with syn_attempts = 1 } in
                Tcp.connect (tcp t.a) ~config victim ~port:80)
          in
          ignore w;
          Hex.int "connections" (Tcp_table.count (tcp t.b)) 50;
          Hex.int "opened" (List.length (List.filter Result.is_ok sockets)) 49))

let other_floods () =
  test "flood: echoes are answered, so many a second" (fun () ->
      talking (fun w t ->
          flood w 5000 (fun i ->
              Frames.icmp ~source:(World.address 1) ~destination:victim ~kind:Icmp.echo4 ~code:0
                ~word:i "");
          is "limited" ((Stack.interface (World.stack t.b)).counts.limited > 3000)));
  test "flood: ports that nobody has are told of, so many a second" (fun () ->
      talking (fun w t ->
          flood w 5000 (fun i ->
              Frames.udp ~source:(World.address 1) ~destination:victim ~ports:(9, 1000 + i) "x");
          is "limited" ((Stack.interface (World.stack t.b)).counts.limited > 4000)));
  test "flood: ARP from everybody; the table has a limit, and friends stay" (fun () ->
      talking (fun w t ->
          let before = World.frames w in
          flood w 5000 (fun i ->
              let sender = Address.v4 10 0 (i lsr 8) (3 + (i land 127)) in
              Frames.arp_request ~sender ~mac:("\x02\x00\x00\x00" ^ String.make 2
                (Char.chr (i land 255)))
                ~target:victim);
          is "answered" (World.frames w > before);
          let neighbours = (Stack.interface (World.stack t.b)).neighbours in
          Hex.int "entries" (Neighbours.count neighbours) Neighbours.limit));
  test "flood: fragments of packets that never end" (fun () ->
      talking (fun w t ->
          flood w 5000 (fun i ->
              Frames.ipv4 ~source:(stranger i) ~destination:victim ~protocol:Ipv4.udp
                ~fragment:(Ipv4.more lor (1 + (i land 63)))
                (String.make 1000 'f'));
          let fragments = (Stack.interface (World.stack t.b)).fragments in
          is "limits"
            (Reassembly.count fragments <= Reassembly.limit
            && Reassembly.bytes fragments <= Reassembly.most_bytes);
          World.sleep w (100 * second);
          Hex.int "none" (Reassembly.count fragments) 0))

let slow_peers () =
  test "memory: readers that do not read hold so much, and those that do are served" (fun () ->
      let limits = { Tcp_table.default_limits with bytes = 1_000_000 } in
      talking ~limits (fun w t ->
          let open_one () =
            let ours = tcp_ok "connect" (Tcp.connect (tcp t.a) victim ~port:80) in
            let theirs = tcp_ok "accept" (Tcp.accept (tcp t.b) t.listener) in
            { t with ours; theirs }
          in
          let slow = List.init 50 (fun _ -> open_one ()) in
          let bytes = Bytes.make 200_000 'x' in
          List.iter
            (fun s ->
              World.fork (fun () ->
                  ignore (Tcp.write (tcp t.a) s.ours bytes 0 200_000 : (unit, Tcp.error) result)))
            slow;
          World.sleep w (20 * second);
          let held =
            List.fold_left (fun n s -> n + Connection.readable (Tcp.connection s.theirs)) 0 slow
          in
          is "no more" (held < 1_100_000);
          is "counted" ((Tcp_table.counts (tcp t.b)).refused_memory > 0);
          goes_on t;
          let read s =
            let rec go left =
              if left > 0 then
                go (left - tcp_ok "read" (Tcp.read (tcp t.b) s.theirs (Bytes.create left) 0 left))
            in
            go 200_000
          in
          List.iter read slow));
  test "memory: peers that do not acknowledge hold so much" (fun () ->
      let limits = { Tcp_table.default_limits with bytes = 1_000_000 } in
      talking ~limits (fun w t ->
          let bytes = Bytes.make 200_000 'x' in
          let write_to _ =
            let ours = tcp_ok "connect" (Tcp.connect (tcp t.a) victim ~port:80) in
            let theirs = tcp_ok "accept" (Tcp.accept (tcp t.b) t.listener) in
            World.fork (fun () ->
                ignore (Tcp.write (tcp t.b) theirs bytes 0 200_000 : (unit, Tcp.error) result));
            (ours, theirs)
          in
          World.sleep w second;
          let sockets = List.init 50 write_to in
          World.sleep w second;
          goes_on t;
          let read (ours, _) =
            let rec go left =
              if left > 0 then
                go (left - tcp_ok "read" (Tcp.read (tcp t.a) ours (Bytes.create left) 0 left))
            in
            go 200_000
          in
          List.iter read sockets))

(* ---- off the path: the ports are known, sequence numbers are not ---- *)

let forged t ?data ~sequence ~ack flags =
  let _, port = Tcp.local t.ours in
  Frames.tcp ?data ~source:(World.address 1) ~destination:victim ~ports:(port, 80) ~sequence ~ack
    flags

(* Any sequence number but the very next. *)
let guess t =
  let c = Tcp.connection t.theirs in
  let rec go () =
    match bits () land 0xffff_ffff with n when n = Sequence.wire c.next -> go () | n -> n
  in
  go ()

let off_path () =
  test "RFC 5961: resets and SYNs at a guess" (fun () ->
      talking (fun w t ->
          flood w 3000 (fun _ -> forged t ~sequence:(guess t) ~ack:0 Segment.rst);
          flood w 3000 (fun _ -> forged t ~sequence:(guess t) ~ack:0 Segment.syn)));
  test "RFC 5961: resets within the window" (fun () ->
      talking (fun w t ->
          let c = Tcp.connection t.theirs in
          flood w 1000 (fun i -> forged t ~sequence:(c.next + i) ~ack:0 Segment.rst)));
  test "RFC 5961: data at a guess" (fun () ->
      talking (fun w t ->
          let c = Tcp.connection t.theirs in
          flood w 3000 (fun i ->
              forged t ~data:"forged" ~sequence:(c.next + (i land 1))
                ~ack:(c.nxt + 1 + (bits () land 0x3fff_ffff))
                Segment.ack)));
  test "RFC 5927: what ICMP says of segments that were not sent" (fun () ->
      talking (fun w t ->
          let _, port = Tcp.remote t.theirs in
          let quoted =
            let frame =
              Frames.tcp ~source:victim ~destination:(World.address 1) ~ports:(80, port)
                ~sequence:(Tcp.connection t.theirs).nxt ~ack:0 Segment.ack
            in
            String.sub frame 14 28
          in
          let say code word quoted =
            Frames.icmp ~source:(stranger 9) ~destination:victim ~kind:Icmp.unreachable4 ~code ~word
              quoted
          in
          let wrong () =
            String.sub quoted 0 24 ^ String.init 4 (fun _ -> Char.chr (bits () land 255))
          in
          flood w 200 (fun _ -> say Icmp.fragmentation_needed4 576 (wrong ()));
          Hex.int "segments as before" (Tcp.connection t.theirs).segment 1460;
          World.inject w (say Icmp.port_unreachable4 0 quoted);
          World.inject w (say Icmp.fragmentation_needed4 1000 quoted);
          World.sleep w ms;
          Hex.int "smaller, by who saw it" (Tcp.connection t.theirs).segment 960))

let spoofed () =
  test "sources that cannot be, and ways that the sender chose" (fun () ->
      talking (fun w t ->
          let i = Stack.interface (World.stack t.b) in
          let before = i.counts.malformed in
          let from source = Frames.udp ~source ~destination:victim ~ports:(1, 2) "x" in
          List.iter
            (fun source -> World.inject w (from source))
            [ victim; Address.loopback4; Address.v4 224 0 0 1; Address.broadcast4;
              Address.v4 10 0 0 255 ];
          World.sleep w ms;
          Hex.int "dropped" (i.counts.malformed - before) 5))

(* ---- nonsense ---- *)

let nonsense () =
  test (Printf.sprintf "nonsense: random and damaged frames (seed %d)" (World.seed ())) (fun () ->
      talking (fun w t ->
          let random = Random.State.make [| World.seed () |] in
          let seen = ref [| forged t ~sequence:1 ~ack:1 Segment.ack |] in
          World.watch w (fun frame ->
              if Array.length !seen < 200 then seen := Array.append !seen [| frame |];
              true);
          goes_on t;
          for n = 4 to 9 do
            seen :=
              Array.append !seen
                [| Frames.udp ~source:(stranger n) ~destination:victim ~ports:(7, 7) "data";
                   Frames.icmp ~source:(stranger n) ~destination:victim ~kind:n ~code:0 ~word:0
                     "data";
                   Frames.arp_request ~sender:(stranger n) ~mac:(World.mac 9) ~target:victim |]
          done;
          flood w 20_000 (fun i ->
              if i land 7 = 0 then Fuzz.noise () random
              else
                let frame = Fuzz.mutate !seen random in
                String.sub frame 0 (min 1514 (String.length frame)));
          World.sleep w (400 * second);
          is "buffers" (World.held t.b <= 8 && World.held t.a <= 8)))

(* ---- many ---- *)

let live_bytes () =
  Gc.full_major ();
  8 * (Gc.stat ()).live_words

let many () =
  test "ten thousand idle connections in 256 MiB, both ends together" (fun () ->
      talking ~limits:{ Tcp_table.default_limits with connections = 20_000 } (fun w t ->
          let before = live_bytes () in
          let sockets =
            Array.init 10_000 (fun _ ->
                let ours = tcp_ok "connect" (Tcp.connect (tcp t.a) victim ~port:80) in
                let theirs = tcp_ok "accept" (Tcp.accept (tcp t.b) t.listener) in
                { t with ours; theirs })
          in
          goes_on sockets.(0);
          goes_on sockets.(9_999);
          World.sleep w (10 * second);
          Hex.int "without cookies" (Tcp_table.counts (tcp t.b)).cookies_sent 0;
          let each = (live_bytes () - before) / 20_000 in
          Printf.printf "# %d bytes for each end of an idle connection\n" each;
          is "within" (each * 10_000 < 256 * 1024 * 1024);
          Array.iter goes_on sockets))

let () =
  syn_flood ();
  other_floods ();
  slow_peers ();
  off_path ();
  spoofed ();
  nonsense ();
  many ();
  Check.finish ()
