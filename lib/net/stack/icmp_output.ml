open Interface

type about = { source : Address.t; destination : Address.t; header : string }

(* How much of a packet is sent back: all that fits into the least size that must pass. *)
let quoted about =
  if Address.is_v4 about.source then 576 - Ipv4.header_bytes - Icmp.header_bytes
  else 1280 - Ipv6.header_bytes - Icmp.header_bytes

let is_later_fragment about =
  Address.is_v4 about.source
  && String.length about.header >= Ipv4.header_bytes
  && String.get_uint16_be about.header 6 land 0x1fff <> 0

let protocol_of about =
  let at = if Address.is_v4 about.source then 9 else 6 in
  if String.length about.header > at then Char.code about.header.[at] else 0

let is_about_error about packet =
  let v4 = Address.is_v4 about.source in
  protocol_of about = (if v4 then Ipv4.icmp else Ipv6.icmp)
  && (Packet.length packet = 0
     || Icmp.is_error ~version:(if v4 then 4 else 6)
          (Octets.get8 (Packet.memory packet) (Packet.start packet)))

(* To a group only these two may be answered (RFC 4443 2.4 e). *)
let may_be_to_group ~kind ~code =
  kind = Icmp.packet_too_big6 || (kind = Icmp.parameter_problem6 && code = 2)

let is_allowed t about ~kind ~code packet =
  let is_to_many =
    Address.is_multicast about.destination || Interface.is_broadcast t about.destination
  in
  Address.is_unicast about.source
  && (not (Interface.is_broadcast t about.source))
  && ((not is_to_many) || (Address.is_v6 about.source && may_be_to_group ~kind ~code))
  && (not (is_later_fragment about))
  && not (is_about_error about packet)

let finish t ~source ~destination packet =
  let memory = Packet.memory packet and at = Packet.start packet in
  let length = Packet.length packet and v4 = Address.is_v4 source in
  if v4 then Icmp.finish4 memory at ~length
  else Icmp.finish6 memory at ~length ~source ~destination;
  let protocol = if v4 then Ipv4.icmp else Ipv6.icmp in
  ignore (Ip_output.send t ~source ~destination ~protocol packet : (unit, Ip_output.error) result)

let quote about packet answer =
  let header = String.length about.header in
  let most = Int.min (quoted about) (Packet.tail_room answer - Icmp.header_bytes) in
  let rest = Int.max 0 (Int.min (Packet.length packet) (most - header)) in
  Packet.resize answer (Icmp.header_bytes + header + rest);
  let memory = Packet.memory answer and at = Packet.start answer + Icmp.header_bytes in
  Octets.blit_of_string about.header 0 memory at header;
  Octets.blit (Packet.memory packet) (Packet.start packet) memory (at + header) rest

let send_error t about ~kind ~code ~word packet =
  let source =
    if Interface.has t about.destination then Some about.destination
    else Interface.source_for t about.source
  in
  match (source, Ip_output.packet t) with
  | Some source, Some answer ->
      quote about packet answer;
      Icmp.write (Packet.memory answer) (Packet.start answer) ~kind ~code ~word;
      finish t ~source ~destination:about.source answer
  | None, Some answer -> Packet.release answer
  | _, None -> ()

let error t about ~kind ~code ~word packet =
  if is_allowed t about ~kind ~code packet then
    if Rate.allow t.errors ~now:(t.clock ()) then send_error t about ~kind ~code ~word packet
    else t.counts.limited <- t.counts.limited + 1

(* A copy, in a buffer to send in; an echo that is larger than those goes into one of its own. *)
let answer_buffer t length =
  match Ip_output.packet t with
  | Some packet when Packet.tail_room packet >= length -> Some packet
  | other ->
      Option.iter Packet.release other;
      let packet = Packet.of_heap ~headroom:(t.link.headroom + Link.headroom) length in
      Packet.resize packet 0;
      Some packet

let reply t ~source ~destination packet =
  match answer_buffer t (Packet.length packet) with
  | None -> ()
  | Some answer ->
      Packet.append answer packet;
      let kind = if Address.is_v4 source then Icmp.echo_reply4 else Icmp.echo_reply6 in
      let memory = Packet.memory answer and at = Packet.start answer in
      Icmp.write memory at ~kind ~code:0 ~word:(Icmp.word memory at);
      let ours = if Interface.has t destination then Some destination else source_for t source in
      (match ours with
      | Some ours -> finish t ~source:ours ~destination:source answer
      | None -> Packet.release answer)

let echo_reply t ~source ~destination packet =
  if Rate.allow t.echoes ~now:(t.clock ()) then reply t ~source ~destination packet
  else t.counts.limited <- t.counts.limited + 1;
  Packet.release packet
