open Net

let nobody = "\x02\x00\x00\x00\x00\x77"

let made length write =
  let memory = Octets.create length in
  write memory;
  Octets.to_string memory ~at:0 ~length

let ethernet ~to_mac ~kind payload =
  made 14 (fun m -> Ethernet.write m 0 ~source:nobody ~destination:to_mac ~kind) ^ payload

(* Hosts have their number as the last byte of both addresses. *)
let mac_of address = World.mac (Char.code (Address.to_octets address).[3])

let ipv4 ?to_mac ?(fragment = 0) ~source ~destination ~protocol payload =
  let to_mac = Option.value to_mac ~default:(mac_of destination) in
  let header =
    made 20 (fun m ->
        Ipv4.write m 0 ~source ~destination ~protocol ~time_to_live:64 ~identification:77 ~fragment
          ~payload:(String.length payload))
  in
  ethernet ~to_mac ~kind:Ethernet.ipv4 (header ^ payload)

let tcp ?(data = "") ~source ~destination ~ports:(source_port, destination_port) ~sequence ~ack
  flags =
  let s = Segment.create () in
  s.source_port <- source_port;
  s.destination_port <- destination_port;
  s.sequence <- Sequence.wire sequence;
  s.acknowledgement <- Sequence.wire ack;
  s.flags <- flags;
  s.window <- 65535;
  let length = 20 + String.length data in
  let segment =
    made length (fun m ->
        Segment.write s m 0;
        Octets.blit_of_string data 0 m 20 (String.length data);
        Segment.finish m ~at:0 ~length ~source ~destination)
  in
  ipv4 ~source ~destination ~protocol:Ipv4.tcp segment

let udp ~source ~destination ~ports:(source_port, destination_port) data =
  let payload = String.length data in
  let datagram =
    made (8 + payload) (fun m ->
        Octets.blit_of_string data 0 m 8 payload;
        Udp.write m 0 ~source ~destination ~source_port ~destination_port ~payload)
  in
  ipv4 ~source ~destination ~protocol:Ipv4.udp datagram

let icmp ~source ~destination ~kind ~code ~word data =
  let length = 8 + String.length data in
  let message =
    made length (fun m ->
        Octets.blit_of_string data 0 m 8 (String.length data);
        Icmp.write m 0 ~kind ~code ~word;
        Icmp.finish4 m 0 ~length)
  in
  ipv4 ~source ~destination ~protocol:Ipv4.icmp message

let arp_request ~sender ~mac ~target =
  let message =
    made 28 (fun m ->
        Arp.write m 0 Request ~sender_mac:mac ~sender ~target_mac:(String.make 6 '\000') ~target)
  in
  ethernet ~to_mac:Mac.broadcast ~kind:Ethernet.arp message

let segment_of frame =
  let m = Octets.of_string frame and length = String.length frame in
  if length < 54 || Ethernet.kind m 0 <> Ethernet.ipv4 || Ipv4.protocol m 14 <> Ipv4.tcp then None
  else
    let s = Segment.create () in
    match Segment.read s m ~at:34 ~length:(length - 34) with
    | Ok () -> Some (s, Ipv4.source m 14, Ipv4.destination m 14)
    | Error _ -> None

let router_mac = nobody

let ipv6 ?(hop_limit = 64) ~source ~destination ~next payload =
  let header =
    made 40 (fun m ->
        Ipv6.write m 0 ~source ~destination ~next_header:next ~hop_limit
          ~payload:(String.length payload))
  in
  ethernet ~to_mac:Mac.broadcast ~kind:Ethernet.ipv6 (header ^ payload)

let icmp6 ?hop_limit ~source ~destination message =
  let length = String.length message in
  let message =
    made length (fun m ->
        Octets.blit_of_string message 0 m 0 length;
        Octets.set16 m 2 0;
        Icmp.finish6 m 0 ~length ~source ~destination)
  in
  ipv6 ?hop_limit ~source ~destination ~next:Ipv6.icmp message
