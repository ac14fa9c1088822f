open Interface

type upper = {
  tcp : source:Address.t -> destination:Address.t -> Packet.t -> unit;
  udp : source:Address.t -> destination:Address.t -> Packet.t -> bool;
  echoed : source:Address.t -> Packet.t -> unit;
  failed : protocol:int -> destination:Address.t -> kind:failure -> Packet.t -> unit;
}

and failure = Unreachable of int | Too_large of int | Expired

type t = { i : Interface.t; auto : Autoconfiguration.t; upper : upper }

let malformed t packet =
  t.i.counts.malformed <- t.i.counts.malformed + 1;
  Packet.release packet

let foreign t packet =
  t.i.counts.foreign <- t.i.counts.foreign + 1;
  Packet.release packet

let header_of packet ~length =
  Octets.to_string (Packet.memory packet) ~at:(Packet.start packet) ~length

(* ---- ARP ---- *)

let answer_arp t packet ~sender_mac ~sender ~target =
  match Ip_output.packet t.i with
  | None -> ()
  | Some answer ->
      ignore packet;
      Packet.resize answer Arp.bytes;
      Arp.write (Packet.memory answer) (Packet.start answer) Reply ~sender_mac:t.i.link.mac
        ~sender:target ~target_mac:sender_mac ~target:sender;
      Ip_output.transmit t.i ~kind:Ethernet.arp ~mac:sender_mac answer

let heard t address ~mac ~solicited ~override ~create =
  let kind = if Address.is_v4 address then Ethernet.ipv4 else Ethernet.ipv6 in
  let send packet mac = Ip_output.transmit t.i ~kind ~mac packet in
  let now = t.i.clock () in
  if Address.is_unicast address && not (Mac.is_group mac) then
    Neighbours.heard t.i.neighbours ~now address { mac; solicited; override } ~create ~send

let arp t packet =
  let memory = Packet.memory packet and at = Packet.start packet in
  match Arp.check memory ~at ~length:(Packet.length packet) with
  | Error _ -> malformed t packet
  | Ok operation ->
      let mac = Arp.sender_mac memory at and sender = Arp.sender memory at in
      let target = Arp.target memory at in
      let is_for_us = Interface.has t.i target && not (Interface.has t.i sender) in
      let create = is_for_us && operation = Request in
      heard t sender ~mac ~solicited:(is_for_us && operation = Reply) ~override:true ~create;
      if create then answer_arp t packet ~sender_mac:mac ~sender ~target;
      Packet.release packet

(* ---- neighbour discovery ---- *)

let answer_solicitation t ~source ~target =
  let to_nobody = Address.is_any source and mac = Some t.i.link.mac in
  Ip_output.send_discovery t.i ~source:target
    ~destination:(if to_nobody then Address.all_nodes6 else source)
    (Advertisement
       { target; mac; router = false; solicited = not to_nobody; override = true })

let solicitation t ~source ~target ~mac =
  match Interface.find t.i target with
  | Some { state = Tentative; _ } ->
      if Address.is_any source then Autoconfiguration.objected t.auto target
  | Some _ ->
      Option.iter
        (fun mac -> heard t source ~mac ~solicited:false ~override:true ~create:true)
        mac;
      answer_solicitation t ~source ~target
  | None -> ()

let discovery t ~source (message : Discovery.t) =
  match message with
  | Solicitation { target; mac } -> solicitation t ~source ~target ~mac
  | Advertisement { target; mac; solicited; override; _ } ->
      Autoconfiguration.objected t.auto target;
      Option.iter (fun mac -> heard t target ~mac ~solicited ~override ~create:false) mac
  | Router_advertisement { mac; _ } ->
      Option.iter
        (fun mac -> heard t source ~mac ~solicited:false ~override:true ~create:true)
        mac;
      Autoconfiguration.advertised t.auto ~source message
  | Router_solicitation _ -> ()

(* ---- ICMP ---- *)

let failure4 ~kind ~code ~word =
  if kind = Icmp.unreachable4 && code = Icmp.fragmentation_needed4 then
    Some (Too_large (word land 0xffff))
  else if kind = Icmp.unreachable4 then Some (Unreachable code)
  else if kind = Icmp.time_exceeded4 then Some Expired
  else None

let failure6 ~kind ~code ~word =
  if kind = Icmp.packet_too_big6 then Some (Too_large word)
  else if kind = Icmp.unreachable6 then Some (Unreachable code)
  else if kind = Icmp.time_exceeded6 then Some Expired
  else None

(* The quoted packet must be one that we may have sent. *)
let tell t packet ~protocol ~source ~destination ~kind ~header =
  if Interface.has t.i source && Packet.length packet >= header + 8 then begin
    Packet.pull packet header;
    t.upper.failed ~protocol ~destination ~kind packet
  end

let quoted4 t packet kind =
  let memory = Packet.memory packet and at = Packet.start packet in
  let header = if Packet.length packet > 0 then Ipv4.header_length memory at else 0 in
  let is_whole = header >= Ipv4.header_bytes && Packet.length packet >= header + 8 in
  if is_whole && Ipv4.fragment_offset memory at = 0 then
    tell t packet ~protocol:(Ipv4.protocol memory at) ~source:(Ipv4.source memory at)
      ~destination:(Ipv4.destination memory at) ~kind ~header

let quoted6 t packet kind =
  let memory = Packet.memory packet and at = Packet.start packet in
  if Packet.length packet >= Ipv6.header_bytes + 8 then
    tell t packet ~protocol:(Ipv6.next_header memory at) ~source:(Ipv6.source memory at)
      ~destination:(Ipv6.destination memory at) ~kind ~header:Ipv6.header_bytes

let take_error t packet failure quoted =
  Packet.pull packet Icmp.header_bytes;
  Option.iter (quoted t packet) failure;
  Packet.release packet

let icmp4 t ~source ~destination packet =
  let memory = Packet.memory packet and at = Packet.start packet in
  match Icmp.check4 memory ~at ~length:(Packet.length packet) with
  | Error _ -> malformed t packet
  | Ok () ->
      let kind = Icmp.kind memory at and code = Icmp.code memory at in
      let word = Icmp.word memory at in
      if kind = Icmp.echo4 && Interface.has t.i destination then
        Icmp_output.echo_reply t.i ~source ~destination packet
      else if kind = Icmp.echo_reply4 then t.upper.echoed ~source packet
      else if Icmp.is_error ~version:4 kind then
        take_error t packet (failure4 ~kind ~code ~word) quoted4
      else Packet.release packet

let take_discovery t ~source ~hop_limit packet =
  let memory = Packet.memory packet and at = Packet.start packet in
  (match Discovery.read memory ~at ~length:(Packet.length packet) ~hop_limit with
  | Ok message -> discovery t ~source message
  | Error _ -> t.i.counts.malformed <- t.i.counts.malformed + 1);
  Packet.release packet

let icmp6 t ~source ~destination ~hop_limit packet =
  let memory = Packet.memory packet and at = Packet.start packet in
  match Icmp.check6 memory ~at ~length:(Packet.length packet) ~source ~destination with
  | Error _ -> malformed t packet
  | Ok () ->
      let kind = Icmp.kind memory at and code = Icmp.code memory at in
      let word = Icmp.word memory at in
      if Discovery.is_kind kind then take_discovery t ~source ~hop_limit packet
      else if kind = Icmp.echo6 && not (Address.is_any source) then
        Icmp_output.echo_reply t.i ~source ~destination packet
      else if kind = Icmp.echo_reply6 then t.upper.echoed ~source packet
      else if Icmp.is_error ~version:6 kind then
        take_error t packet (failure6 ~kind ~code ~word) quoted6
      else Packet.release packet

(* ---- to the transports ---- *)

(* What nobody wants: the sender is told. [header] is IP's. *)
let refuse t ~source ~destination ~header ~kind ~code packet =
  let about = { Icmp_output.source; destination; header = Lazy.force header } in
  Icmp_output.error t.i about ~kind ~code ~word:0 packet;
  Packet.release packet

let udp t ~source ~destination ~header packet =
  let memory = Packet.memory packet and at = Packet.start packet in
  let length = Packet.length packet and checked = Packet.is_checked packet in
  match Udp.check memory ~at ~length ~source ~destination ~checked with
  | Error _ -> malformed t packet
  | Ok () ->
      Packet.resize packet (Udp.length memory at);
      if not (t.upper.udp ~source ~destination packet) then
        let v4 = Address.is_v4 source in
        let kind = if v4 then Icmp.unreachable4 else Icmp.unreachable6 in
        let code = if v4 then Icmp.port_unreachable4 else Icmp.port_unreachable6 in
        refuse t ~source ~destination ~header ~kind ~code packet

let transport t ~protocol ~source ~destination ~hop_limit ~header packet =
  if protocol = Ipv4.tcp then
    if Interface.has t.i destination then t.upper.tcp ~source ~destination packet
    else foreign t packet
  else if protocol = Ipv4.udp then udp t ~source ~destination ~header packet
  else if Address.is_v4 source then
    if protocol = Ipv4.icmp then icmp4 t ~source ~destination packet
    else
      let code = Icmp.protocol_unreachable4 in
      refuse t ~source ~destination ~header ~kind:Icmp.unreachable4 ~code packet
  else if protocol = Ipv6.icmp then icmp6 t ~source ~destination ~hop_limit packet
  else if protocol = Ipv6.no_next_header then Packet.release packet
  else refuse t ~source ~destination ~header ~kind:Icmp.parameter_problem6 ~code:1 packet

(* ---- IPv4 ---- *)

let is_martian t ~is_local source =
  (not is_local)
  && (Address.is_loopback source || Interface.has t.i source || Interface.is_broadcast t.i source)
  || Address.is_multicast source
  || Address.equal source Address.broadcast4

let is_taken t ~is_local destination =
  Interface.takes t.i destination && (is_local || not (Address.is_loopback destination))

(* A fragment; the whole, once it is there, goes on without its IP header. *)
let fragment t key ~offset ~more ~header packet go_on =
  match Reassembly.add t.i.fragments ~now:(t.i.clock ()) key ~offset ~more ~header packet with
  | None -> ()
  | Some (header, whole) -> go_on ~header:(Lazy.from_val header) whole

let ipv4_for_us t ~source ~destination packet =
  let memory = Packet.memory packet and at = Packet.start packet in
  let length = Ipv4.header_length memory at and protocol = Ipv4.protocol memory at in
  let hop_limit = Ipv4.time_to_live memory at in
  let go_on = transport t ~protocol ~source ~destination ~hop_limit in
  let header = Octets.to_string memory ~at ~length in
  if Ipv4.is_fragment memory at then begin
    let identification = Ipv4.identification memory at in
    let key = { Reassembly.source; destination; identification; protocol } in
    let offset = Ipv4.fragment_offset memory at and more = Ipv4.more_fragments memory at in
    Packet.pull packet length;
    fragment t key ~offset ~more ~header packet go_on
  end
  else begin
    Packet.pull packet length;
    go_on ~header:(Lazy.from_val header) packet
  end

let ipv4 t ~is_local packet =
  let memory = Packet.memory packet and at = Packet.start packet in
  match Ipv4.check memory ~at ~length:(Packet.length packet) with
  | Error _ -> malformed t packet
  | Ok () ->
      Packet.resize packet (Ipv4.total_length memory at);
      let source = Ipv4.source memory at and destination = Ipv4.destination memory at in
      if is_martian t ~is_local source || Ipv4.has_source_route memory at then malformed t packet
      else if not (is_taken t ~is_local destination) then foreign t packet
      else ipv4_for_us t ~source ~destination packet

(* ---- IPv6 ---- *)

let ipv6_fragment t ~source ~destination ~hop_limit (u : Ipv6.upper) (f : Ipv6.fragment) packet =
  let key = { Reassembly.source; destination; identification = f.identification; protocol = 0 } in
  let header = header_of packet ~length:(Int.min u.start (Packet.length packet)) in
  Packet.pull packet u.start;
  fragment t key ~offset:f.offset ~more:f.more ~header packet
    (transport t ~protocol:u.protocol ~source ~destination ~hop_limit)

let ipv6_for_us t ~source ~destination packet =
  let memory = Packet.memory packet and at = Packet.start packet in
  let hop_limit = Ipv6.hop_limit memory at in
  match Ipv6.upper memory ~at with
  | Error (Malformed _ | Dropped) -> malformed t packet
  | Error (Parameter { code; pointer }) ->
      let header = header_of packet ~length:Ipv6.header_bytes in
      Packet.pull packet Ipv6.header_bytes;
      Icmp_output.error t.i { source; destination; header } ~kind:Icmp.parameter_problem6 ~code
        ~word:pointer packet;
      malformed t packet
  | Ok ({ fragment = Some f; _ } as u) -> ipv6_fragment t ~source ~destination ~hop_limit u f packet
  | Ok { protocol; start; fragment = None } ->
      let header = lazy (Octets.to_string memory ~at ~length:start) in
      Packet.pull packet start;
      transport t ~protocol ~source ~destination ~hop_limit ~header packet

let ipv6 t ~is_local packet =
  let memory = Packet.memory packet and at = Packet.start packet in
  match Ipv6.check memory ~at ~length:(Packet.length packet) with
  | Error _ -> malformed t packet
  | Ok () ->
      Packet.resize packet (Ipv6.header_bytes + Ipv6.payload_length memory at);
      let source = Ipv6.source memory at and destination = Ipv6.destination memory at in
      if is_martian t ~is_local source then malformed t packet
      else if not (is_taken t ~is_local destination) then foreign t packet
      else ipv6_for_us t ~source ~destination packet

(* ---- frames ---- *)

let network t ~is_local ~kind packet =
  if kind = Ethernet.ipv4 then ipv4 t ~is_local packet
  else if kind = Ethernet.ipv6 then ipv6 t ~is_local packet
  else if kind = Ethernet.arp && not is_local then arp t packet
  else foreign t packet

let drain i auto upper =
  let t = { i; auto; upper } in
  while not (Queue.is_empty i.local) do
    let kind, packet = Queue.pop i.local in
    network t ~is_local:true ~kind packet
  done

let is_for_us i memory at =
  Octets.equal_string memory at i.link.mac || Octets.get8 memory at land 1 = 1

let receive i auto upper packet =
  let t = { i; auto; upper } in
  let memory = Packet.memory packet and at = Packet.start packet in
  i.counts.received <- i.counts.received + 1;
  match Ethernet.check memory ~at ~length:(Packet.length packet) with
  | Error _ -> malformed t packet
  | Ok () when not (is_for_us i memory at) -> foreign t packet
  | Ok () ->
      let kind = Ethernet.kind memory at in
      Packet.pull packet Ethernet.header_bytes;
      network t ~is_local:false ~kind packet
