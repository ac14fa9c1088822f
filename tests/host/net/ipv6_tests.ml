(* Version 6: addresses that hosts give themselves, routers, fragments, and what is answered by
   errors. *)
open Net

let test = Check.test
let is = Check.that
let ms = 1_000_000
let second = 1000 * ms
let ip text = Option.get (Address.of_string text)
let link_local = Address.of_mac ~prefix:"\xfe\x80\000\000\000\000\000\000" (World.mac 1)
let router = ip "fe80::77"

(* A host that configured itself, and a router that tests play. *)
let alone fn =
  World.run (fun w ->
      let a = World.host w 1 in
      Stack.autoconfigure (World.stack a);
      World.sleep w (2 * second);
      fn w a (Stack.interface (World.stack a)))

let hex n = Printf.sprintf "%08x" n

(* Flags 0xc0: on the link, and for addresses. *)
let prefix ?(bits = 64) ?(flags = 0xc0) ?(preferred = 1800) ?(valid = 3600) () =
  Printf.sprintf "0304%02x%02x %s %s 00000000 20010db8000000000000000000000000" bits flags
    (hex valid)
    (hex preferred)

let advertise ?(hop_limit = 255) ?(source = router) ?(lifetime = 1800) w options =
  let message =
    Hex.bytes (Printf.sprintf "86000000 20 00 %04x 00000000 00000000 %s" lifetime options)
  in
  World.inject w (Frames.icmp6 ~hop_limit ~source ~destination:Address.all_nodes6 message);
  World.sleep w (2 * second)

let global = Address.of_mac ~prefix:(Hex.bytes "20010db800000000") (World.mac 1)
let next_hop w (i : Interface.t) text = Routes.next_hop i.routes ~now:(World.now w) (ip text)
let state (i : Interface.t) =
  Option.map (fun (o : Interface.own) -> o.state) (Interface.find i global)

let routers () =
  test "RFC 4862 5.5: an address of a router's prefix, and the way out" (fun () ->
      alone (fun w _ i ->
          is "no way" (next_hop w i "2001:db9::1" = None);
          advertise w (prefix ());
          is "address" (state i = Some Preferred);
          is "hops" (i.hop_limit = 0x20);
          is "router" (next_hop w i "2001:db9::1" = Some router);
          is "link" (next_hop w i "2001:db8::9" = Some (ip "2001:db8::9"));
          is "speaks from it" (Interface.source_for i (ip "2001:db9::1") = Some global);
          is "and locally" (Interface.source_for i (ip "fe80::9") = Some link_local)));
  test "RFC 4862 5.5.4: deprecated, and then gone, when their times are up" (fun () ->
      alone (fun w _ i ->
          advertise w (prefix ());
          World.sleep w (1801 * second);
          is "deprecated" (state i = Some Deprecated);
          is "no router any more" (next_hop w i "2001:db9::1" = None);
          advertise w (prefix ());
          is "renewed" (state i = Some Preferred);
          World.sleep w (3601 * second);
          is "gone" (state i = None)));
  test "RFC 4862 5.5.3 e: nobody ends an address within two hours" (fun () ->
      alone (fun w _ i ->
          advertise w (prefix ~valid:100_000 ~preferred:100_000 ());
          advertise w (prefix ~valid:1 ~preferred:1 ());
          World.sleep w (7000 * second);
          is "still there" (state i = Some Deprecated);
          World.sleep w (300 * second);
          is "gone" (state i = None)));
  test "RFC 4861 6.1.2: whose advertisements do not count" (fun () ->
      alone (fun w _ i ->
          advertise w ~source:(ip "2001:db8::77") (prefix ());
          advertise w ~hop_limit:254 (prefix ());
          is "none" (state i = None && next_hop w i "2001:db9::1" = None);
          advertise w (prefix ~bits:48 ());
          advertise w (prefix ~preferred:4000 ());
          is "no address of such" (state i = None)));
  test "RFC 4861 6.3.4: a router that leaves" (fun () ->
      alone (fun w _ i ->
          advertise w "";
          is "there" (next_hop w i "2001:db9::1" = Some router);
          advertise w ~lifetime:0 "";
          is "gone" (next_hop w i "2001:db9::1" = None)));
  test "RFC 8106: DNS servers" (fun () ->
      alone (fun w _ i ->
          let told = ref [] in
          i.on_servers <- (fun servers -> told := servers);
          advertise w "1903 0000 00000e10 20010db8000000000000000000000053";
          is "told" (!told = [ (ip "2001:db8::53", 3600) ])));
  test "RFC 4861 6.3.7: routers are asked for three times" (fun () ->
      World.run (fun w ->
          let asked = ref 0 in
          World.watch w (fun frame ->
              if String.length frame > 54 && frame.[54] = '\x85' then incr asked;
              true);
          Stack.autoconfigure (World.stack (World.host w 1));
          World.sleep w (60 * second);
          Hex.int "times" !asked 3))

(* ---- packets ---- *)

let two ?mtu fn =
  World.run (fun w ->
      let a = World.host w ?mtu 1 and b = World.host w ?mtu 2 in
      Stack.add_address (World.stack a) (ip "2001:db8::1") ~bits:64;
      Stack.add_address (World.stack b) (ip "2001:db8::2") ~bits:64;
      fn w a b)

let sizes = [ 1; 1232; 1452; 1453; 5000; 60_000 ]

let packets () =
  test "RFC 8200 4.5: datagrams in fragments" (fun () ->
      two (fun _ a b ->
          let udp_a = Stack.udp (World.stack a) and udp_b = Stack.udp (World.stack b) in
          let server = Result.get_ok (Udp_socket.bind udp_b ~port:7 ()) in
          let client = Result.get_ok (Udp_socket.bind udp_a ~port:0 ()) in
          let bytes = Bytes.create 65535 in
          let check size =
            let text = Bytes.init size (fun i -> Char.chr (i * 11 land 255)) in
            Result.get_ok (Udp_socket.send udp_a client (ip "2001:db8::2") ~port:7 text 0 size);
            match Udp_socket.receive udp_b server bytes 0 65535 with
            | Ok (n, _, _) -> is (string_of_int size) (Bytes.sub bytes 0 n = text)
            | Error _ -> failwith "receive"
          in
          List.iter check sizes;
          Hex.int "buffers" (World.held a + World.held b) 0));
  test "RFC 8201 4: a packet that was too big, and smaller ones then" (fun () ->
      two (fun w a b ->
          let tcp_a = Stack.tcp (World.stack a) and tcp_b = Stack.tcp (World.stack b) in
          let listener = Result.get_ok (Tcp.listen tcp_b ~port:7 ()) in
          let socket = Result.get_ok (Tcp.connect tcp_a (ip "2001:db8::2") ~port:7) in
          let server = Result.get_ok (Tcp.accept tcp_b listener) in
          (* A router on the way that passes 1300 bytes. *)
          World.watch w (fun frame ->
              let is_large = String.length frame > 1314 in
              if is_large then begin
                let message = Hex.bytes "02000000 00000514" ^ String.sub frame 14 1200 in
                let source = ip "2001:db8::77" and destination = ip "2001:db8::1" in
                World.inject w (Frames.icmp6 ~source ~destination message)
              end;
              not is_large);
          let bytes = Bytes.make 100_000 'x' in
          World.fork (fun () -> Result.get_ok (Tcp.write tcp_a socket bytes 0 100_000));
          let rec read left =
            if left > 0 then read (left - Result.get_ok (Tcp.read tcp_b server bytes 0 100_000))
          in
          read 100_000;
          Hex.int "segments" (Tcp.connection socket).segment (1300 - 60)));
  let answer_to frame =
    two (fun w _ _ ->
        let answer = ref "none" in
        World.watch w (fun frame ->
            let is_icmp =
              String.length frame > 62 && frame.[20] = '\x3a' && Char.code frame.[54] < 128
            in
            if is_icmp then
              answer :=
                Printf.sprintf "%d %d %s" (Char.code frame.[54]) (Char.code frame.[55])
                  (Hex.show (String.sub frame 58 4));
            true);
        World.inject w frame;
        World.sleep w (4 * second);
        !answer)
  in
  let from = ip "2001:db8::2" and to_ = ip "2001:db8::1" in
  let answered what ?(destination = to_) ~next text wanted =
    let frame = Frames.ipv6 ~source:from ~destination ~next (Hex.bytes text) in
    Hex.text what (answer_to frame) wanted
  in
  test "RFC 4443 3: what is answered by an error" (fun () ->
      answered "no such protocol" ~next:200 "00" "4 1 00000000";
      answered "an option" ~next:60 "3b 00 80 04 00000000" "4 2 0000002a";
      answered "a route" ~next:43 "3b 00 00 01 00000000" "4 0 0000002a");
  test "RFC 4443 2.4 e: and what is not" (fun () ->
      answered "an option that is passed over" ~next:60 "3b 00 1e 04 00000000" "none";
      answered "one to a group" ~destination:Address.all_nodes6 ~next:200 "00" "none";
      let error = Frames.icmp6 ~source:from ~destination:to_ (Hex.bytes "01000000 00000000") in
      Hex.text "an error" (answer_to error) "none")

let () =
  routers ();
  packets ();
  Check.finish ()
