(* Any bytes: what every parser reads is a value or an error, and nothing raises. *)
open Net

let address4 = Address.v4 10 0 2 15
let segment = Segment.create ()

let look_at4 m =
  ignore (Ipv4.has_source_route m 0 : bool);
  ignore (Ipv4.fragment_offset m 0 + Ipv4.total_length m 0 : int);
  ignore (Address.to_string (Ipv4.source m 0) ^ Address.to_string (Ipv4.destination m 0) : string)

let look_at6 m =
  ignore (Address.to_string (Ipv6.source m 0) : string);
  match Ipv6.upper m ~at:0 with
  | Ok u -> Check.that "within" (u.start <= 40 + Ipv6.payload_length m 0)
  | Error (Malformed e) -> ignore (Format.asprintf "%a" Error.pp e : string)
  | Error _ -> ()

let ( |? ) result use = match result with
  | Ok value -> use value
  | Error e -> ignore (Format.asprintf "%a" Error.pp e : string)

let discovery m ~length =
  if length >= Icmp.header_bytes then
    Discovery.read m ~at:0 ~length ~hop_limit:255 |? fun t ->
    let n = Discovery.bytes t in
    Discovery.write (Octets.create n) 0 t

let tcp m ~length =
  Segment.read segment m ~at:0 ~length |? fun () ->
  Check.that "within" (segment.payload + segment.length = length);
  ignore (Format.asprintf "%a" Segment.pp segment : string);
  let n = Segment.options_bytes segment in
  Check.that "fits" (n <= 56);
  Segment.write segment (Octets.create (20 + n)) 0

let target bytes =
  let m = Octets.of_string bytes in
  let length = Octets.length m in
  Ethernet.check m ~at:0 ~length |? (fun () -> ignore (Ethernet.source m 0, Ethernet.kind m 0));
  Arp.check m ~at:0 ~length |? (fun _ -> ignore (Arp.sender m 0, Arp.target m 0));
  Ipv4.check m ~at:0 ~length |? (fun () -> look_at4 m);
  Ipv6.check m ~at:0 ~length |? (fun () -> look_at6 m);
  Icmp.check4 m ~at:0 ~length |? ignore;
  Udp.check m ~at:0 ~length ~source:address4 ~destination:address4 ~checked:false |? ignore;
  discovery m ~length;
  Dhcp_message.read m ~at:0 ~length |? (fun t -> ignore (Dhcp_message.write t : string));
  Dns_message.read m ~at:0 ~length |? ignore;
  tcp m ~length

let target_text text =
  match Address.of_string text with
  | None -> ()
  | Some a -> Check.that "again" (Address.of_string (Address.to_string a) = Some a)

let dhcp =
  "02010600 12345678 00008000 00000000 0a000032 00000000 00000000 525400000001"
  ^ String.make 404 '0' ^ "63825363 350105 36040a000002 0104ffffff00 060808080808 330400000e10 ff"

let corpus =
  Array.map Hex.bytes
    [|
      "ffffffffffff 525400123456 0806";
      "0001080006040001525400123456 0a00020f000000000000 0a000202";
      "46000018 00004000 4006 0000 c0a80001 c0a800c7 83070401";
      "45000014 00004000 4006 b9c8 c0a80001 c0a800c7";
      "60000000 0010 00 40 20010db8000000000000000000000001 20010db8000000000000000000000002 2c00010400000000 06000019deadbeef";
      "0800 2104 1234 0001 61626364"; "1000 0035 000d 93bb 68656c6c6f";
      "86000000 40c00708 00007530 000003e8 0101525400123456 05010000000005dc 030440c0 00015180 00003840 00000000 20010db8000000000000000000000000 1903000000000e10 20010db8000000000000000000000053";
      "8700000000000000fe80000000000000000000000000000101 01 525400123456";
      "c000005000000001 00000000 b002ffff00000000 020405b4 01030307 01010402 0101080a0000000a00000000";
      "1234 8180 0001 0003 0000 0000 076578616d706c65036f726700 00010001 c00c00050001 00000e10 0006 03777777c00c c02900010001 0000003c 0004 0a000005";
      "1234 8183 0001 0000 0001 0000 076578616d706c65036f726700 00010001 c01400060001 00000e10 0018 c014c014 0000000100000002000000030000000400000005";
      dhcp;
      "c000005000000001 00000000 a010ffff00000000 01010512 00000001 00000002 00000003 fffffff0";
    |]

let texts = [| "10.0.2.15"; "fe80::5054:ff:fe12:3456"; "::ffff:1.2.3.4"; "1:2:3:4:5:6:7:8" |]

let () =
  Fuzz.run "fuzz: random bytes in every parser" Fuzz.noise () target;
  Fuzz.run "fuzz: changed packets in every parser" Fuzz.mutate corpus target;
  Fuzz.run "fuzz: addresses as text" Fuzz.mutate texts target_text;
  Check.finish ()
