open Interface

type error = No_route | No_address | Too_large

let pp_error ppf error =
  Format.pp_print_string ppf
    (match error with
    | No_route -> "there is no route to that address"
    | No_address -> "there is no address of ours to speak to that one from"
    | Too_large -> "the packet is too large for its way")

let packet t =
  match t.link.take ~headroom:(t.link.headroom + Link.headroom) with
  | None ->
      t.counts.no_buffer <- t.counts.no_buffer + 1;
      None
  | some -> some

let large_packet t =
  match t.link.take_large with
  | None -> None
  | Some take -> take ~headroom:(t.link.headroom + Link.headroom)

let room t = t.link.mtu - Ipv6.header_bytes

(* ---- frames ---- *)

let transmit t ~kind ~mac packet =
  Packet.push packet Ethernet.header_bytes;
  let memory = Packet.memory packet and at = Packet.start packet in
  Ethernet.write memory at ~source:t.link.mac ~destination:mac ~kind;
  t.counts.sent <- t.counts.sent + 1;
  t.link.transmit packet

let kind_of address = if Address.is_v4 address then Ethernet.ipv4 else Ethernet.ipv6
let no_mac = String.make 6 '\000'

let ask_arp t target ~mac =
  match (source_for t target, packet t) with
  | Some sender, Some packet ->
      Packet.resize packet Arp.bytes;
      let memory = Packet.memory packet and at = Packet.start packet in
      Arp.write memory at Request ~sender_mac:t.link.mac ~sender ~target_mac:no_mac ~target;
      transmit t ~kind:Ethernet.arp ~mac:(if mac = "" then Mac.broadcast else mac) packet
  | _, Some packet -> Packet.release packet
  | _, None -> ()

(* A copy to ourselves; groups and loopback. *)
let loop t ~kind packet =
  if Queue.length t.local >= most_local then begin
    t.counts.no_buffer <- t.counts.no_buffer + 1;
    Packet.release packet
  end
  else begin
    Packet.set_checked packet true;
    Queue.push (kind, packet) t.local
  end

(* ---- neighbours ---- *)

let rec to_neighbour t ~hop packet =
  let now = t.clock () in
  let mac = Neighbours.find t.neighbours ~now hop in
  if mac <> "" then transmit t ~kind:(kind_of hop) ~mac packet
  else if Neighbours.wait t.neighbours ~now hop packet then ask t hop ~mac:""

(* An IP packet that is complete. *)
and deliver t ~destination packet =
  let kind = kind_of destination in
  if has t destination then (loop t ~kind packet; Ok ())
  else if Address.is_multicast destination then begin
    transmit t ~kind ~mac:(Address.multicast_mac destination) packet;
    Ok ()
  end
  else if is_broadcast t destination then (transmit t ~kind ~mac:Mac.broadcast packet; Ok ())
  else
    match Routes.next_hop t.routes ~now:(t.clock ()) destination with
    | Some hop -> to_neighbour t ~hop packet; Ok ()
    | None ->
        t.counts.no_route <- t.counts.no_route + 1;
        Packet.release packet;
        Error No_route

(* ---- headers ---- *)

and put_header t ~source ~destination ~protocol ~hop_limit ~fragment packet =
  let payload = Packet.length packet in
  if Address.is_v4 destination then begin
    Packet.push packet Ipv4.header_bytes;
    let memory = Packet.memory packet and at = Packet.start packet in
    let identification = if fragment land 0x3fff = 0 && fragment <> 0 then 0 else t.random () in
    Ipv4.write memory at ~source ~destination ~protocol ~time_to_live:hop_limit ~identification
      ~fragment ~payload
  end
  else begin
    Packet.push packet Ipv6.header_bytes;
    let memory = Packet.memory packet and at = Packet.start packet in
    Ipv6.write memory at ~source ~destination ~next_header:protocol ~hop_limit ~payload
  end

and send_whole t ~source ~destination ~protocol ~hop_limit ~whole packet =
  let fragment = if whole then Ipv4.dont_fragment else 0 in
  put_header t ~source ~destination ~protocol ~hop_limit ~fragment packet;
  deliver t ~destination packet

(* ---- neighbour discovery ---- *)

and send_discovery t ~source ~destination message =
  match packet t with
  | None -> ()
  | Some packet ->
      let length = Discovery.bytes message in
      Packet.resize packet length;
      let memory = Packet.memory packet and at = Packet.start packet in
      Discovery.write memory at message;
      Icmp.finish6 memory at ~length ~source ~destination;
      let protocol = Ipv6.icmp in
      ignore
        (send_whole t ~source ~destination ~protocol ~hop_limit:255 ~whole:true packet
          : (unit, error) result)

and solicit t target ~mac =
  match source_for t target with
  | None -> ()
  | Some source ->
      let destination = if mac = "" then Address.solicited_node target else target in
      send_discovery t ~source ~destination (Solicitation { target; mac = Some t.link.mac })

and ask t target ~mac =
  if Address.is_v4 target then ask_arp t target ~mac else solicit t target ~mac

(* ---- fragments ---- *)

let fragment_header t ~source ~destination ~protocol ~hop_limit ~offset ~more ~identification
    packet =
  if Address.is_v4 destination then begin
    let fragment = (if more then Ipv4.more else 0) lor (offset / 8) in
    let payload = Packet.length packet in
    Packet.push packet Ipv4.header_bytes;
    Ipv4.write (Packet.memory packet) (Packet.start packet) ~source ~destination ~protocol
      ~time_to_live:hop_limit ~identification ~fragment ~payload
  end
  else begin
    Packet.push packet Ipv6.fragment_header_bytes;
    Ipv6.write_fragment (Packet.memory packet) (Packet.start packet) ~next_header:protocol ~offset
      ~more ~identification;
    put_header t ~source ~destination ~protocol:Ipv6.fragment_header ~hop_limit ~fragment:0 packet
  end

let copy_part t from ~offset ~length =
  Option.map
    (fun part ->
      Packet.resize part length;
      Octets.blit (Packet.memory from) (Packet.start from + offset) (Packet.memory part)
        (Packet.start part) length;
      part)
    (packet t)

let send_fragments t ~source ~destination ~protocol ~hop_limit ~mtu whole =
  let headers = if Address.is_v4 destination then 20 else 48 in
  let size = (mtu - headers) land lnot 7 and total = Packet.length whole in
  let identification = t.random () in
  let rec go offset =
    let length = Int.min size (total - offset) in
    match copy_part t whole ~offset ~length with
    | None -> Ok ()
    | Some part ->
        let more = offset + length < total in
        fragment_header t ~source ~destination ~protocol ~hop_limit ~offset ~more ~identification
          part;
        let sent = deliver t ~destination part in
        if more && Result.is_ok sent then go (offset + length) else sent
  in
  Fun.protect ~finally:(fun () -> Packet.release whole) (fun () -> go 0)

(* ---- all of it ---- *)

let mtu_to t destination =
  if has t destination then 65535
  else Path_mtu.find t.paths ~now:(t.clock ()) ~link:t.link.mtu destination

let send t ~source ~destination ~protocol ?hop_limit ?(whole = false) packet =
  let hop_limit = Option.value hop_limit ~default:t.hop_limit in
  let header = if Address.is_v4 destination then Ipv4.header_bytes else Ipv6.header_bytes in
  let length = header + Packet.length packet and mtu = mtu_to t destination in
  let is_cut = Packet.segment_size packet > 0 in
  if length <= mtu || (is_cut && length <= 65535) then
    send_whole t ~source ~destination ~protocol ~hop_limit ~whole packet
  else if whole || length > 65535 then begin
    Packet.release packet;
    Error Too_large
  end
  else send_fragments t ~source ~destination ~protocol ~hop_limit ~mtu packet
