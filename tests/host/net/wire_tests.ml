(* What packets look like: literal bytes, read and written, and every error with its place. *)
open Net

let test = Check.test
let is = Check.that
let address text = Option.get (Address.of_string text)

let written length write =
  let memory = Octets.create (length + 4) in
  write memory 2;
  Octets.to_string memory ~at:2 ~length

(* [check] of these bytes, with one replaced when [set] says so. *)
let checked ?set ?cut check text =
  let bytes = Bytes.of_string (Hex.bytes text) in
  Option.iter (fun (at, value) -> Bytes.set_uint8 bytes at value) set;
  let length = Option.value cut ~default:(Bytes.length bytes) in
  check (Octets.of_string (Bytes.to_string bytes)) ~at:0 ~length

(* ---- addresses ---- *)

let same_text = [ "10.0.2.15"; "::"; "::1"; "fe80::5054:ff:fe12:3456"; "2001:db8::1:0:0:1";
  "::ffff:10.0.2.15"; "1:2:3:4:5:6:7:8"; "1:0:3:4:5:6:7:8"; "ff02::1:ff12:3456" ]

let no_address = [ ""; "1.2.3"; "1.2.3.4.5"; "256.1.1.1"; "01.2.3.4"; "1.2.3.4 "; ":"; ":::";
"1::2::3";
  "1:2:3:4:5:6:7"; "1:2:3:4:5:6:7:8:9"; "12345::"; "g::"; "1:2:3:4:5:6:7::8"; "::1.2.3";
  "1.2.3.4::";
  "-1.2.3.4" ]

let addresses () =
  test "addresses: text, there and back (RFC 5952)" (fun () ->
      List.iter (fun text -> Hex.text text (Address.to_string (address text)) text) same_text;
      Hex.text "upper case"
        (Address.to_string (address "2001:DB8:0:0:1:0:0:1")) "2001:db8::1:0:0:1");
  test "addresses: what is none" (fun () ->
      List.iter (fun text -> is (Printf.sprintf "%S" text) (Address.of_string text = None))
        no_address);
  test "addresses: derived ones (RFC 4291, RFC 1112, RFC 2464)" (fun () ->
      let mac = Hex.bytes "525400123456" in
      let prefix = Hex.bytes "fe80000000000000" in
      let a = Address.of_mac ~prefix mac in
      Hex.text "of a MAC address" (Address.to_string a) "fe80::5054:ff:fe12:3456";
      let group = Address.solicited_node a in
      Hex.text "its group" (Address.to_string group) "ff02::1:ff12:3456";
      Hex.equal "the group's MAC" (Address.multicast_mac group) "3333ff123456";
      Hex.equal "of version 4" (Address.multicast_mac (address "239.129.2.3")) "01005e010203");
  test "addresses: kinds" (fun () ->
      is "::" (Address.is_any (address "::"));
      is "127.9.9.9" (Address.is_loopback (address "127.9.9.9"));
      is "a group's" (not (Address.is_unicast (address "224.0.0.1")));
      is "link-local" (Address.is_link_local (address "fe80::1"));
      is "broadcast" (not (Address.is_unicast Address.broadcast4)))

(* ---- Ethernet and ARP ---- *)

let arp_bytes = "0001 0800 06 04 0001 525400123456 0a00020f 000000000000 0a000202"

let ethernet () =
  test "Ethernet: written and read" (fun () ->
      let source = Hex.bytes "525400123456" in
      let bytes =
        written 14 (fun m at ->
            Ethernet.write m at ~source ~destination:Mac.broadcast ~kind:Ethernet.ipv6)
      in
      Hex.equal "header" bytes "ffffffffffff 525400123456 86dd";
      let m = Octets.of_string bytes in
      Hex.int "kind" (Ethernet.kind m 0) Ethernet.ipv6;
      Hex.text "source" (Format.asprintf "%a" Mac.pp (Ethernet.source m 0)) "52:54:00:12:34:56";
      Hex.error "short" (Ethernet.check m ~at:0 ~length:13)
        "Ethernet, byte 0: 14 bytes are wanted, and 13 are left");
  test "ARP: written and read" (fun () ->
      let sender_mac = Hex.bytes "525400123456" and target_mac = String.make 6 '\000' in
      let sender = address "10.0.2.15" and target = address "10.0.2.2" in
      Hex.equal "request"
        (written 28 (fun m at -> Arp.write m at Request ~sender_mac ~sender ~target_mac ~target))
        arp_bytes;
      let m = Hex.octets arp_bytes in
      is "check" (Arp.check m ~at:0 ~length:28 = Ok Arp.Request);
      is "sender" (Address.equal (Arp.sender m 0) sender && Arp.sender_mac m 0 = sender_mac);
      is "target" (Address.equal (Arp.target m 0) target));
  test "ARP: errors" (fun () ->
      let error ?set ?cut what wanted =
        Hex.error what (checked ?set ?cut Arp.check arp_bytes) wanted
      in
      error "short" ~cut:27 "ARP, byte 0: 28 bytes are wanted, and 27 are left";
      error "token ring" ~set:(1, 6) "ARP, byte 0: a hardware type of 6 is impossible";
      error "protocol" ~set:(2, 9) "ARP, byte 2: a protocol type of 2304 is impossible";
      error "lengths" ~set:(5, 16) "ARP, byte 4: a length of 1552 is impossible";
      error "operation" ~set:(7, 3) "ARP, byte 6: a operation of 3 is impossible")

(* ---- IPv4 ---- *)

let ipv4_bytes = "45000073 00004000 4011b861 c0a80001 c0a800c7"

let ipv4 () =
  test "IPv4: written and read" (fun () ->
      let source = address "192.168.0.1" and destination = address "192.168.0.199" in
      Hex.equal "header"
        (written 20 (fun m at ->
             Ipv4.write m at ~source ~destination ~protocol:Ipv4.udp ~time_to_live:64
               ~identification:0 ~fragment:Ipv4.dont_fragment ~payload:95))
        ipv4_bytes;
      let m = Hex.octets (ipv4_bytes ^ String.make 190 '0') in
      Hex.ok "check" (Ipv4.check m ~at:0 ~length:115);
      Hex.int "total" (Ipv4.total_length m 0) 115;
      Hex.int "header" (Ipv4.header_length m 0) 20;
      Hex.int "protocol" (Ipv4.protocol m 0) 17;
      is "flags" (Ipv4.may_not_fragment m 0 && not (Ipv4.is_fragment m 0));
      is "from" (Address.equal (Ipv4.source m 0) source));
  test "IPv4: errors" (fun () ->
      let text = ipv4_bytes ^ String.make 190 '0' in
      let error ?set ?cut what wanted = Hex.error what (checked ?set ?cut Ipv4.check text) wanted in
      error "short" ~cut:19 "IPv4, byte 0: 20 bytes are wanted, and 19 are left";
      error "version" ~set:(0, 0x65) "IPv4, byte 0: a version of 6 is impossible";
      error "header" ~set:(0, 0x44) "IPv4, byte 0: a header length of 16 is impossible";
      error "total" ~set:(3, 19) "IPv4, byte 2: a total length of 19 is impossible";
      error "cut" ~cut:114 "IPv4, byte 2: 115 bytes are wanted, and 114 are left";
      error "sum" ~set:(8, 63) "IPv4, byte 10: the sum is 0xfeff, not 0xffff");
  test "IPv4: fragments and options" (fun () ->
      let header options =
        let words = 5 + (String.length (Hex.bytes options) / 4) in
        Hex.octets (Printf.sprintf "4%x000000 00002003 40110000 01020304 05060708 %s" words options)
      in
      let plain = header "" in
      is "more" (Ipv4.is_fragment plain 0 && Ipv4.more_fragments plain 0);
      Hex.int "offset" (Ipv4.fragment_offset plain 0) 24;
      let routed options = Ipv4.has_source_route (header options) 0 in
      is "none" (not (routed ""));
      is "no route" (not (routed "01 01 94 04 00 00 00 00"));
      is "a loose one" (routed "01 83 07 04 01020304");
      is "a strict one" (routed "89 03 04 00");
      is "behind the end" (not (routed "00 83 07 04"));
      is "no end" (routed "94 00 00 00"))

(* ---- IPv6 ---- *)

let addresses6 = "20010db8000000000000000000000001 20010db8000000000000000000000002"

let packet6 ~next extensions =
  let payload = String.length (Hex.bytes extensions) in
  Printf.sprintf "60000000 %04x %02x 40 %s %s" payload next addresses6 extensions

let upper text = Ipv6.upper (Hex.octets text) ~at:0

let found what text protocol start =
  match upper text with
  | Ok u when u.protocol = protocol && u.start = start -> ()
  | Ok u -> failwith (Printf.sprintf "%s: protocol %d at %d" what u.protocol u.start)
  | Error (Malformed e) -> failwith (Format.asprintf "%s: %a" what Error.pp e)
  | Error _ -> failwith (what ^ " is refused")

let refused what text wanted =
  match upper text with
  | Error (Malformed e) -> Hex.text what (Format.asprintf "%a" Error.pp e) wanted
  | Error (Parameter { code; pointer }) ->
      Hex.text what (Printf.sprintf "parameter %d at %d" code pointer) wanted
  | Error Dropped -> Hex.text what "dropped" wanted
  | Ok _ -> failwith (what ^ " is taken")

let ipv6 () =
  test "IPv6: written and read" (fun () ->
      let source = address "2001:db8::1" and destination = address "2001:db8::2" in
      let write m at =
        Ipv6.write m at ~source ~destination ~next_header:6 ~hop_limit:64 ~payload:0
      in
      Hex.equal "header" (written 40 write) (packet6 ~next:6 "");
      let m = Hex.octets (packet6 ~next:6 "0102") in
      Hex.ok "check" (Ipv6.check m ~at:0 ~length:42);
      Hex.error "cut" (Ipv6.check m ~at:0 ~length:41)
        "IPv6, byte 4: 42 bytes are wanted, and 41 are left";
      Hex.error "short" (Ipv6.check m ~at:0 ~length:39)
        "IPv6, byte 0: 40 bytes are wanted, and 39 are left";
      Hex.error "version" (checked ~set:(0, 0x45) Ipv6.check (packet6 ~next:6 ""))
        "IPv6, byte 0: a version of 4 is impossible");
  test "IPv6: extension headers (RFC 8200 4)" (fun () ->
      found "none" (packet6 ~next:6 "") 6 40;
      found "padding" (packet6 ~next:0 "06 00 01 04 00000000") 6 48;
      found "options that may be passed over" (packet6 ~next:60 "11 00 1e 04 00000000") 17 48;
      found "a used up route" (packet6 ~next:43 "06 00 00 00 00000000") 6 48;
      found "several"
        (packet6 ~next:0 "3c 00 01 04 00000000 2b 00 01 04 00000000 11 00 00 00 00000000") 17 64;
      found "nothing further" (packet6 ~next:59 "") 59 40);
  test "IPv6: a fragment's header" (fun () ->
      match upper (packet6 ~next:60 "2c 00 01 04 00000000 06 ff 0019 deadbeef") with
      | Ok { protocol = 6; start = 56; fragment = Some f } ->
          Hex.int "before" f.before 40;
          Hex.int "offset" f.offset 24;
          Hex.int "identification" f.identification 0xdeadbeef;
          is "more" f.more
      | _ -> failwith "it is not read");
  test "IPv6: what is refused, and how" (fun () ->
      refused "a late hop-by-hop header"
        (packet6 ~next:60 "00 00 01 04 00000000 06 00 01 04 00000000")
        "parameter 1 at 40";
      refused "a route" (packet6 ~next:43 "06 00 00 01 00000000") "parameter 0 at 42";
      refused "an option" (packet6 ~next:60 "06 00 80 04 00000000") "parameter 2 at 42";
      refused "one that is dropped" (packet6 ~next:60 "06 00 40 04 00000000") "dropped";
      refused "a length" (packet6 ~next:60 "06 01 01 04 00000000")
        "IPv6, byte 40: 16 bytes are wanted, and 8 are left";
      refused "an option's length" (packet6 ~next:60 "06 00 01 05 00000000")
        "IPv6, byte 42: 5 bytes are wanted, and 4 are left";
      refused "an end" (packet6 ~next:44 "06 00")
        "IPv6, byte 40: 8 bytes are wanted, and 2 are left";
      let many = String.concat "" (List.init 9 (fun _ -> "3c 00 01 04 00000000")) in
      refused "many" (packet6 ~next:60 many) "IPv6, byte 96: more than 8 extension headers")

(* ---- ICMP, UDP, neighbour discovery ---- *)

let icmp () =
  test "ICMP: an echo of version 4" (fun () ->
      let write m at =
        Octets.blit_of_string "abcd" 0 m (at + 8) 4;
        Icmp.write m at ~kind:Icmp.echo4 ~code:0 ~word:0x1234_0001;
        Icmp.finish4 m at ~length:12
      in
      let bytes = written 12 write in
      Hex.equal "all" bytes "0800 2104 1234 0001 61626364";
      let m = Octets.of_string bytes in
      Hex.ok "check" (Icmp.check4 m ~at:0 ~length:12);
      Hex.error "less"
        (Icmp.check4 m ~at:0 ~length:11) "ICMP, byte 2: the sum is 0xff9b, not 0xffff";
      Hex.error "short" (Icmp.check4 m ~at:0 ~length:7)
        "ICMP, byte 0: 8 bytes are wanted, and 7 are left");
  test "ICMP: version 6 has a pseudo header" (fun () ->
      let source = address "fe80::1" and destination = address "ff02::1" in
      let bytes =
        written 8 (fun m at ->
            Icmp.write m at ~kind:Icmp.echo6 ~code:0 ~word:1;
            Icmp.finish6 m at ~length:8 ~source ~destination)
      in
      Hex.equal "all" bytes "8000 8236 00000001";
      let m = Octets.of_string bytes in
      Hex.ok "check" (Icmp.check6 m ~at:0 ~length:8 ~source ~destination);
      is "another receiver"
        (Result.is_error (Icmp.check6 m ~at:0 ~length:8 ~source ~destination:source)))

let udp () =
  let source = address "10.0.2.15" and destination = address "10.0.2.3" in
  let write m at =
    Octets.blit_of_string "hello" 0 m (at + 8) 5;
    Udp.write m at ~source ~destination ~source_port:4096 ~destination_port:53 ~payload:5
  in
  let bytes = written 13 write in
  let check ?set ?cut ?(checked_ = false) () =
    checked ?set ?cut (Udp.check ~source ~destination ~checked:checked_) (Hex.show bytes)
  in
  test "UDP: written and read" (fun () ->
      Hex.equal "all" bytes "1000 0035 000d 93bb 68656c6c6f";
      Hex.ok "check" (check ()));
  test "UDP: errors" (fun () ->
      Hex.error "short" (check ~cut:7 ()) "UDP, byte 0: 8 bytes are wanted, and 7 are left";
      Hex.error "length" (check ~set:(5, 7) ()) "UDP, byte 4: a length of 7 is impossible";
      Hex.error "cut" (check ~cut:12 ()) "UDP, byte 4: 13 bytes are wanted, and 12 are left";
      Hex.error "sum" (check ~set:(8, 0x69) ()) "UDP, byte 6: the sum is 0x0100, not 0xffff";
      Hex.ok "a device saw to it" (check ~set:(8, 0x69) ~checked_:true ()));
  test "UDP: no checksum, which version 6 forbids" (fun () ->
      let none ~source ~destination =
        Udp.check (Hex.octets "1000 0035 0008 0000") ~at:0 ~length:8 ~source ~destination
          ~checked:false
      in
      Hex.ok "version 4" (none ~source ~destination);
      let local = Address.loopback6 in
      Hex.error "version 6" (none ~source:local ~destination:local)
        "UDP, byte 6: a checksum of 0 is impossible")

let advertisement =
  "86 00 0000 40 c0 0708 00007530 000003e8 01 01 525400123456 05 01 0000 000005dc\
   03 04 40 c0 00015180 00003840 00000000 20010db8000000000000000000000000\
   19 03 0000 00000e10 20010db8000000000000000000000053"

let read_discovery ?(hop_limit = 255) text =
  let m = Hex.octets text in
  Discovery.read m ~at:0 ~length:(Octets.length m) ~hop_limit

let discovery () =
  test "neighbour discovery: a router's advertisement" (fun () ->
      match read_discovery advertisement with
      | Ok (Router_advertisement r) ->
          Hex.int "hops" r.hop_limit 64;
          Hex.int "lifetime" r.lifetime 1800;
          Hex.int "reachable" r.reachable 30000;
          Hex.int "retransmit" r.retransmit 1000;
          is "mtu" (r.mtu = Some 1500);
          is "mac" (r.mac = Some (Hex.bytes "525400123456"));
          is "prefix"
            (r.prefixes
            = [ { prefix = address "2001:db8::"; bits = 64; on_link = true; autonomous = true;
                  valid = 86400; preferred = 14400 } ]);
          is "servers" (r.servers = [ (address "2001:db8::53", 3600) ])
      | _ -> failwith "it is not read");
  test "neighbour discovery: solicitations and advertisements, written" (fun () ->
      let target = address "fe80::1" and mac = Some (Hex.bytes "525400123456") in
      let bytes t = written (Discovery.bytes t) (fun m at -> Discovery.write m at t) in
      let is_same t = is "read" (read_discovery (Hex.show (bytes t)) = Ok t) in
      let solicitation = Discovery.Solicitation { target; mac } in
      Hex.equal "solicitation" (bytes solicitation)
        "8700 0000 00000000 fe80000000000000 0000000000000001 0101 525400123456";
      let advertisement =
        Discovery.Advertisement { target; mac; router = false; solicited = true; override = true }
      in
      Hex.equal "advertisement" (bytes advertisement)
        "8800 0000 60000000 fe80000000000000 0000000000000001 0201 525400123456";
      let routers = Discovery.Router_solicitation { mac = None } in
      Hex.equal "for routers" (bytes routers) "8500 0000 00000000";
      List.iter is_same [ solicitation; advertisement; routers ]);
  test "neighbour discovery: errors (RFC 4861 6.1, 7.1)" (fun () ->
      let error what result wanted =
        Hex.error what result ("neighbour discovery, byte " ^ wanted)
      in
      error "routed" (read_discovery ~hop_limit:254 "8500 0000 00000000")
        "0: a hop limit of 254 is impossible";
      error "code" (read_discovery "8501 0000 00000000") "1: a code of 1 is impossible";
      error "short" (read_discovery "8700 0000 00000000") "0: 24 bytes are wanted, and 8 are left";
      error "option" (read_discovery "8500 0000 00000000 0100 0000 00000000")
        "9: a option length of 0 is impossible";
      error "an option's end" (read_discovery "8500 0000 00000000 0102 0000 00000000")
        "8: 16 bytes are wanted, and 8 are left";
      error "a group" (read_discovery "8700 0000 00000000 ff020000000000000000000000000001")
        "8: a target's first byte of 255 is impossible")

(* ---- TCP ---- *)

let syn_bytes =
  "c000 0050 00000001 00000000 b002 ffff 0000 0000 020405b4 01030307 01010402 0101080a 0000000a 00000000"

let tcp () =
  let s = Segment.create () in
  let written_segment () =
    let length = 20 + Segment.options_bytes s in
    written length (fun m at -> Segment.write s m at)
  in
  let read text =
    let m = Hex.octets text in
    Segment.read s m ~at:0 ~length:(Octets.length m)
  in
  test "TCP: a SYN with its options, written and read" (fun () ->
      s.source_port <- 0xc000;
      s.destination_port <- 80;
      s.sequence <- 1;
      s.flags <- Segment.syn;
      s.window <- 0xffff;
      s.segment_size <- 1460;
      s.scale <- 7;
      s.may_sack <- true;
      s.has_timestamp <- true;
      s.timestamp <- 10;
      Hex.equal "written" (written_segment ()) syn_bytes;
      let before = Format.asprintf "%a" Segment.pp s in
      Segment.clear s;
      Hex.ok "read" (read syn_bytes);
      Hex.text "same" (Format.asprintf "%a" Segment.pp s) before;
      Hex.text "text" before
        "49152 > 80 SYN seq 1 ack 0 win 65535 len 0 mss 1460 scale 7 sack-permitted ts 10 echo 0");
  test "TCP: selective acknowledgements" (fun () ->
      Segment.clear s;
      s.flags <- Segment.ack;
      s.sacks <- 2;
      Array.blit [| 1; 2; 3; 0xffff_fff0 |] 0 s.sack 0 4;
      let bytes = written_segment () in
      Hex.equal "written" bytes
        "c000 0050 00000000 00000000 a010 0000 0000 0000 01010512 00000001 00000002 00000003 fffffff0";
      Segment.clear s;
      Hex.ok "read" (read (Hex.show bytes));
      Hex.int "blocks" s.sacks 2;
      Hex.int "the last" s.sack.(3) 0xffff_fff0);
  test "TCP: options that are not right are passed over" (fun () ->
      let header words options =
        Printf.sprintf "c000 0050 00000001 00000000 %x002 ffff 0000 0000 %s" words options
      in
      Hex.ok "length 3" (read (header 6 "020305b4"));
      Hex.int "no size" s.segment_size 0;
      Hex.ok "behind the end" (read (header 7 "00 020405b4 000000"));
      Hex.int "no size" s.segment_size 0;
      Hex.ok "too long" (read (header 6 "0102ff00"));
      Hex.ok "length 0" (read (header 6 "02000000"));
      Hex.ok "one byte" (read (header 6 "01010102"));
      Hex.ok "a scale of 15 (RFC 7323 2.3)" (read (header 6 "0103030f"));
      Hex.int "scale" s.scale 14);
  test "TCP: errors" (fun () ->
      let check m ~at ~length = Segment.read s m ~at ~length in
      let error ?set ?cut what wanted = Hex.error what (checked ?set ?cut check syn_bytes) wanted in
      error "short" ~cut:19 "TCP, byte 0: 20 bytes are wanted, and 19 are left";
      error "header" ~set:(12, 0x40) "TCP, byte 12: a header length of 16 is impossible";
      error "cut" ~cut:43 "TCP, byte 12: 44 bytes are wanted, and 43 are left");
  test "TCP: checksums" (fun () ->
      let source = address "10.0.2.15" and destination = address "10.0.2.2" in
      let m = Hex.octets syn_bytes in
      Segment.finish m ~at:0 ~length:44 ~source ~destination;
      Hex.int "sum" (Octets.get16 m Segment.checksum_at) 0x5d8e;
      Hex.ok "right" (Segment.check m ~at:0 ~length:44 ~source ~destination);
      is "for another"
        (Result.is_error (Segment.check m ~at:0 ~length:44 ~source ~destination:source)))

let sums () =
  test "checksums: one number changes (RFC 1624 3)" (fun () ->
      Hex.int "the example" (Checksum.update 0xdd2f ~was:0x5555 ~is:0x3285) 0;
      let m = Hex.octets ipv4_bytes in
      let was = Octets.get16 m 8 in
      Octets.set16 m 8 (was - 0x100);
      Octets.set16 m 10 (Checksum.update (Octets.get16 m 10) ~was ~is:(was - 0x100));
      is "a hop less" (Checksum.is_right (Octets.sum m ~at:0 ~length:20)))

let () =
  addresses ();
  ethernet ();
  ipv4 ();
  ipv6 ();
  icmp ();
  udp ();
  discovery ();
  tcp ();
  sums ();
  Check.finish ()
