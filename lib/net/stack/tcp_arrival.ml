open Tcp_table

(* ---- opening ---- *)

let flow ~local ~remote (s : Segment.t) =
  { Secret.local; remote; local_port = s.destination_port; remote_port = s.source_port }

let find_listener t ~local port =
  match Hashtbl.find_opt t.listeners port with
  | Some l when Option.fold ~none:true ~some:(Address.equal local) l.address -> Some l
  | _ -> None

(* Nothing is remembered: the peer brings it back. *)
let send_cookie t (s : Segment.t) ~local ~remote =
  t.counts.cookies_sent <- t.counts.cookies_sent + 1;
  t.cookies_until <- now t + 128_000_000_000;
  let segment = if s.segment_size = 0 then 536 else s.segment_size in
  let a = t.answer in
  Segment.clear a;
  a.source_port <- s.destination_port;
  a.destination_port <- s.source_port;
  a.flags <- Segment.syn lor Segment.ack;
  a.sequence <-
    Secret.cookie t.context.secret ~now:(now t) (flow ~local ~remote s) ~peer_first:s.sequence
      ~segment;
  a.acknowledgement <- Sequence.wire (s.sequence + 1);
  a.window <- Int.min 0xffff t.config.receive_limit;
  a.segment_size <- largest_segment t remote;
  send_alone t a ~source:local ~destination:remote

let accept_syn t (l : listener) (s : Segment.t) ~local ~remote =
  let flow = flow ~local ~remote s in
  let first = Secret.first_sequence t.context.secret ~now:(now t) flow in
  let clock_offset = Secret.clock_offset t.context.secret flow in
  let config = config_for t l.config remote in
  let connection = Connection.accept config s ~first ~clock_offset ~now:(now t) in
  let socket = add t connection ~local ~remote ~listener:(Some l) in
  socket.is_half_open <- true;
  t.half_open <- t.half_open + 1;
  l.half_open <- l.half_open + 1;
  flush t socket

let syn t (l : listener) s ~local ~remote =
  if Queue.length l.accepted >= l.backlog then t.counts.refused_full <- t.counts.refused_full + 1
  else if t.half_open >= t.limits.half_open then send_cookie t s ~local ~remote
  else if has_room t then accept_syn t l s ~local ~remote
  else t.counts.refused_full <- t.counts.refused_full + 1

(* An acknowledgement that may bring a cookie back. *)
let cookie_of t (s : Segment.t) ~local ~remote =
  if now t > t.cookies_until then None
  else
    Secret.check_cookie t.context.secret ~now:(now t) (flow ~local ~remote s)
      ~peer_first:(Sequence.wire (s.sequence - 1))
      (Sequence.wire (s.acknowledgement - 1))

let accept_cookie t (l : listener) (s : Segment.t) ~segment ~local ~remote packet =
  t.counts.cookies_taken <- t.counts.cookies_taken + 1;
  let flow = flow ~local ~remote s in
  let clock_offset = Secret.clock_offset t.context.secret flow in
  let first = Sequence.wire (s.acknowledgement - 1) in
  let config = config_for t l.config remote in
  let connection = Connection.accept_cookie config s ~first ~segment ~clock_offset ~now:(now t) in
  let socket = add t connection ~local ~remote ~listener:(Some l) in
  ignore (Connection.receive connection ~now:(now t) s packet : Tcp_input.verdict);
  flush t socket

let refuse t (s : Segment.t) ~local ~remote packet =
  Packet.release packet;
  if not (Segment.has s Segment.rst) then send_reset t ~local ~remote

let ack_to_listener t (l : listener) s ~local ~remote packet =
  match cookie_of t s ~local ~remote with
  | Some segment when Queue.length l.accepted < l.backlog && has_room t ->
      accept_cookie t l s ~segment ~local ~remote packet
  | Some _ -> Packet.release packet
  | None -> refuse t s ~local ~remote packet

let unknown t (s : Segment.t) ~local ~remote packet =
  let is flags = s.flags land (Segment.syn lor Segment.ack lor Segment.rst) = flags in
  match find_listener t ~local s.destination_port with
  | Some l when is Segment.syn ->
      Packet.release packet;
      syn t l s ~local ~remote
  | Some l when is Segment.ack -> ack_to_listener t l s ~local ~remote packet
  | _ -> refuse t s ~local ~remote packet

(* A connection that only waits gives way to a new one of the same flow (RFC 9293 3.6.1). *)
let is_new_incarnation (c : Control.t) (s : Segment.t) =
  c.state = Time_wait
  && s.flags land (Segment.syn lor Segment.ack lor Segment.rst) = Segment.syn
  && Sequence.near c.next s.sequence > c.next

(* Text for which there is no room is as if it had not come; text that may wait for long does not
   wait in a buffer that is needed. *)
let for_keeping t socket (s : Segment.t) packet =
  if Packet.length packet = 0 then packet
  else if not (has_room_to_receive t socket s) then begin
    t.counts.refused_memory <- t.counts.refused_memory + 1;
    s.length <- 0;
    s.flags <- s.flags land lnot Segment.fin;
    Packet.resize packet 0;
    Connection.refuse_text socket.connection;
    packet
  end
  else if t.context.interface.link.is_scarce () then begin
    let copy = Packet.copy packet in
    Packet.release packet;
    copy
  end
  else packet

(* What is acknowledged shows that the neighbour on the way is there (RFC 4861 7.3.1). *)
let confirm t socket =
  let interface = t.context.interface and now = now t in
  if now - socket.confirmed_at > often then begin
    socket.confirmed_at <- now;
    Option.iter
      (Neighbours.confirmed interface.neighbours ~now)
      (Routes.next_hop interface.routes ~now socket.remote)
  end

let known t socket s packet =
  let c = socket.connection in
  let una = c.una in
  let packet = for_keeping t socket s packet in
  (match Connection.receive c ~now:(now t) s packet with
  | Done -> ()
  | Reset_sender -> send_reset t ~local:socket.local ~remote:socket.remote);
  if c.una > una then confirm t socket;
  flush t socket

let dispatch t (s : Segment.t) ~local ~remote packet =
  let found =
    Flows.find t.flows ~local ~remote ~local_port:s.destination_port ~remote_port:s.source_port
  in
  match found with
  | Some socket when is_new_incarnation socket.connection s ->
      Control.finish socket.connection Finished;
      remove t socket;
      unknown t s ~local ~remote packet
  | Some socket -> known t socket s packet
  | None -> unknown t s ~local ~remote packet

let check t packet ~source ~destination =
  let memory = Packet.memory packet and at = Packet.start packet in
  let length = Packet.length packet in
  match Segment.read t.segment memory ~at ~length with
  | Ok () when Packet.is_checked packet -> Ok ()
  | Ok () -> Segment.check memory ~at ~length ~source ~destination
  | error -> error

let input t ~source ~destination packet =
  match check t packet ~source ~destination with
  | Error _ ->
      t.counts.malformed <- t.counts.malformed + 1;
      Packet.release packet
  | Ok () ->
      Packet.pull packet t.segment.payload;
      dispatch t t.segment ~local:destination ~remote:source packet

(* ---- what ICMP says (RFC 5927): only of what is on its way ---- *)

let is_on_way (c : Control.t) sequence =
  let position = Sequence.near c.una sequence in
  position >= c.una && position <= c.nxt

let take_failure t socket ~kind =
  let c = socket.connection and remote = socket.remote in
  (match (kind : Ip_input.failure) with
  | Too_large mtu ->
      let interface = t.context.interface in
      if Path_mtu.told interface.paths ~now:(now t) ~link:interface.link.mtu remote mtu then
        Connection.set_segment c (largest_segment t remote)
  | Unreachable _ -> Connection.unreachable c
  | Expired -> ());
  flush t socket

let failed t ~destination ~kind packet =
  let memory = Packet.memory packet and at = Packet.start packet in
  let local_port = Octets.get16 memory at and remote_port = Octets.get16 memory (at + 2) in
  let sequence = Octets.get32 memory (at + 4) in
  let try_local (o : Interface.own) =
    match Flows.find t.flows ~local:o.address ~remote:destination ~local_port ~remote_port with
    | Some socket when is_on_way socket.connection sequence -> take_failure t socket ~kind
    | _ -> ()
  in
  List.iter try_local t.context.interface.own
