open Sync

type limits = { connections : int; half_open : int; time_wait : int; bytes : int }

let default_limits =
  { connections = 20_000; half_open = 256; time_wait = 4096; bytes = 64 * 1024 * 1024 }

type socket = {
  connection : Control.t;
  local : Address.t;
  remote : Address.t;
  changed : Lock.Condition.t;
  mutable deadline : Deadlines.entry;
  mutable is_in_table : bool;
  mutable is_waiting : bool;
  mutable listener : listener option;
  mutable is_half_open : bool;
  mutable received : int;
  mutable written : int;
}

and listener = {
  address : Address.t option;
  port : int;
  backlog : int;
  config : Control.config option;
  accepted : socket Queue.t;
  arrived : Lock.Condition.t;
  mutable half_open : int;
  mutable is_open : bool;
}

type counts = {
  mutable opened : int;
  mutable accepted_ : int;
  mutable cookies_sent : int;
  mutable cookies_taken : int;
  mutable refused_full : int;
  mutable refused_memory : int;
  mutable resets_sent : int;
  mutable malformed : int;
}

type t = {
  context : Context.t;
  config : Control.config;
  limits : limits;
  flows : socket Flows.t;
  listeners : (int, listener) Hashtbl.t;
  waiting : socket Queue.t;  (** in TIME-WAIT, the oldest first *)
  segment : Segment.t;  (** that came *)
  answer : Segment.t;  (** that goes *)
  counts : counts;
  mutable received : int;  (** bytes that wait to be read, of all *)
  mutable written : int;  (** ... to be acknowledged *)
  mutable half_open : int;
  mutable cookies_until : int;  (** cookies that were sent may still come back *)
  mutable next_port : int;
}

let create (context : Context.t) ~config limits =
  {
    context;
    config;
    limits;
    flows = Flows.create context.flow_key;
    listeners = Hashtbl.create 16;
    waiting = Queue.create ();
    segment = Segment.create ();
    answer = Segment.create ();
    counts =
      { opened = 0; accepted_ = 0; cookies_sent = 0; cookies_taken = 0; refused_full = 0; refused_memory = 0;
        resets_sent = 0; malformed = 0 };
    received = 0;
    written = 0;
    half_open = 0;
    cookies_until = 0;
    next_port = 0;
  }

let context t = t.context
let counts t = t.counts
let count t = Flows.count t.flows
let iter fn t = Flows.iter fn t.flows
let now t = Context.now t.context
let link t = t.context.interface.link

(* ---- segments out ---- *)

let put_checksum t packet ~source ~destination =
  let memory = Packet.memory packet and at = Packet.start packet in
  let length = Packet.length packet in
  if (link t).checksums && not (Interface.has t.context.interface destination) then begin
    Octets.set16 memory (at + Segment.checksum_at) (Segment.pseudo ~source ~destination ~length);
    Packet.leave_checksum packet ~from:0 ~at:Segment.checksum_at
  end
  else Segment.finish memory ~at ~length ~source ~destination

let send t packet ~source ~destination =
  put_checksum t packet ~source ~destination;
  Ip_output.send t.context.interface ~source ~destination ~protocol:Ipv4.tcp ~whole:true packet

(* A segment that no connection remembers. *)
let send_alone t answer ~source ~destination =
  match Ip_output.packet t.context.interface with
  | None -> ()
  | Some packet ->
      Packet.resize packet (Segment.header_bytes + Segment.options_bytes answer);
      Segment.write answer (Packet.memory packet) (Packet.start packet);
      ignore (send t packet ~source ~destination : (unit, Ip_output.error) result)

let send_reset t ~local ~remote =
  t.counts.resets_sent <- t.counts.resets_sent + 1;
  Connection.reset_for t.segment t.answer;
  send_alone t t.answer ~source:local ~destination:remote

(* Several segments as one, where there is much to send and the device can cut it. *)
let most_burst = 60_000

let large_packet t socket =
  let c = socket.connection in
  let segment = Control.payload_most c in
  if (link t).take_large = None || Connection.waiting c < 2 * segment then None
  else if Interface.has t.context.interface socket.remote then None
  else begin
    let packet = Ip_output.large_packet t.context.interface in
    if packet <> None then Connection.allow_burst c (most_burst / segment);
    packet
  end

let packet_for t socket =
  Connection.allow_burst socket.connection 1;
  match large_packet t socket with
  | None -> Ip_output.packet t.context.interface
  | some -> some

let build t socket packet =
  let c = socket.connection and s = t.answer in
  let header = Segment.header_bytes + Segment.options_bytes s in
  Packet.resize packet (header + Connection.payload_length c);
  let memory = Packet.memory packet and at = Packet.start packet in
  Segment.write s memory at;
  Connection.payload c memory (at + header);
  let size = Control.payload_most c in
  if Connection.payload_length c > size then Packet.leave_segments packet ~size

let ms = Control.ms

(* What is due, in as many packets as there are: when none is left, the rest a little later. *)
let rec send_due t socket =
  match packet_for t socket with
  | None -> Deadlines.set t.context.deadlines socket.deadline (now t + ms)
  | Some packet ->
      if Connection.next_segment socket.connection ~now:(now t) t.answer then begin
        build t socket packet;
        match send t packet ~source:socket.local ~destination:socket.remote with
        | Ok () -> send_due t socket
        | Error _ -> Connection.unreachable socket.connection
      end
      else begin
        Packet.release packet;
        Deadlines.set t.context.deadlines socket.deadline (Connection.deadline socket.connection)
      end

(* ---- the table ---- *)

let no_longer_half_open t socket =
  if socket.is_half_open then begin
    socket.is_half_open <- false;
    t.half_open <- t.half_open - 1;
    Option.iter (fun (l : listener) -> l.half_open <- l.half_open - 1) socket.listener
  end

let remove t socket =
  if socket.is_in_table then begin
    socket.is_in_table <- false;
    no_longer_half_open t socket;
    let c = socket.connection in
    Flows.remove t.flows ~local:socket.local ~remote:socket.remote ~local_port:c.source_port
      ~remote_port:c.destination_port;
    Deadlines.set t.context.deadlines socket.deadline max_int
  end

(* An accepted connection, for whoever accepts; a backlog that filled up meanwhile refuses it. *)
let established t socket =
  no_longer_half_open t socket;
  match socket.listener with
  | None -> ()
  | Some l ->
      socket.listener <- None;
      if l.is_open && Queue.length l.accepted < l.backlog then begin
        t.counts.accepted_ <- t.counts.accepted_ + 1;
        Queue.push socket l.accepted;
        Lock.Condition.signal l.arrived
      end
      else Connection.abort socket.connection

let rec forget_waiting t =
  if Queue.length t.waiting > t.limits.time_wait then begin
    let socket = Queue.pop t.waiting in
    if Connection.state socket.connection = Time_wait then begin
      Control.finish socket.connection Finished;
      remove t socket
    end;
    forget_waiting t
  end

let note_waiting t socket =
  if Connection.state socket.connection = Time_wait && not socket.is_waiting then begin
    socket.is_waiting <- true;
    Queue.push socket t.waiting;
    forget_waiting t
  end

(* What a connection holds, of what all may. *)
let count_bytes t socket =
  let c = socket.connection in
  let received = Arrivals.held c.arrivals and written = Send_buffer.length c.buffer in
  t.received <- t.received + received - socket.received;
  t.written <- t.written + written - socket.written;
  socket.received <- received;
  socket.written <- written

(* When there is no more room, what comes next in order is taken for readers that keep up. *)
let has_room_to_receive t socket (s : Segment.t) =
  let c = socket.connection in
  t.received < t.limits.bytes
  || (Arrivals.queued c.arrivals = 0 && Sequence.near c.next s.sequence <= c.next)

let least_written = 16384

let room_to_write t socket =
  let room = Connection.writable socket.connection in
  if t.written < t.limits.bytes then room
  else min room (least_written - Send_buffer.length socket.connection.buffer)

let flush t socket =
  if socket.listener <> None && Connection.is_established socket.connection then established t socket;
  send_due t socket;
  note_waiting t socket;
  if Connection.state socket.connection = Closed then remove t socket;
  count_bytes t socket;
  Lock.Condition.broadcast socket.changed

let expire t socket =
  Connection.expire socket.connection ~now:(now t);
  flush t socket

let add t connection ~local ~remote ~listener =
  let socket =
    {
      connection;
      local;
      remote;
      changed = Lock.Condition.create ();
      deadline = Deadlines.entry ignore;
      is_in_table = true;
      is_waiting = false;
      listener;
      is_half_open = false;
      received = 0;
      written = 0;
    }
  in
  socket.deadline <- Deadlines.entry (fun () -> expire t socket);
  t.counts.opened <- t.counts.opened + 1;
  Flows.add t.flows ~local ~remote ~local_port:connection.Control.source_port
    ~remote_port:connection.destination_port socket;
  socket

(* Whether there is room for one more, after the oldest of those that only wait. *)
let has_room t =
  let rec drop_one () =
    match Queue.take_opt t.waiting with
    | None -> false
    | Some socket when Connection.state socket.connection = Time_wait ->
        Control.finish socket.connection Finished;
        remove t socket;
        true
    | Some _ -> drop_one ()
  in
  Flows.count t.flows < t.limits.connections || drop_one ()

(* ---- segments in ---- *)

let flow ~local ~remote (s : Segment.t) =
  { Secret.local; remote; local_port = s.destination_port; remote_port = s.source_port }

let largest_segment t address =
  let interface = t.context.interface in
  let mtu = Path_mtu.find interface.paths ~now:(now t) ~link:interface.link.mtu address in
  mtu - 20 - if Address.is_v4 address then Ipv4.header_bytes else Ipv6.header_bytes

let config_for t config remote =
  let config = Option.value config ~default:t.config in
  { config with segment = min config.segment (largest_segment t remote) }

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
    Secret.cookie t.context.secret ~now:(now t) (flow ~local ~remote s) ~peer_first:s.sequence ~segment;
  a.acknowledgement <- Sequence.wire (s.sequence + 1);
  a.window <- min 0xffff t.config.receive_limit;
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

(* Text for which there is no room is as if it had not come; text that may wait for long does not wait
   in a buffer that is needed. *)
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
  else if (link t).is_scarce () then begin
    let copy = Packet.copy packet in
    Packet.release packet;
    copy
  end
  else packet

let known t socket s packet =
  let c = socket.connection in
  let packet = for_keeping t socket s packet in
  (match Connection.receive c ~now:(now t) s packet with
  | Done -> ()
  | Reset_sender -> send_reset t ~local:socket.local ~remote:socket.remote);
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

(* ---- users ---- *)

let listen t ?address ?config ~port ~backlog () =
  if Hashtbl.mem t.listeners port then None
  else begin
    let accepted = Queue.create () and arrived = Lock.Condition.create () in
    let l = { address; port; backlog; config; accepted; arrived; half_open = 0; is_open = true } in
    Hashtbl.replace t.listeners port l;
    Some l
  end

let unlisten t (l : listener) =
  if l.is_open then begin
    l.is_open <- false;
    Hashtbl.remove t.listeners l.port;
    Lock.Condition.broadcast l.arrived;
    let drop socket =
      Connection.abort socket.connection;
      flush t socket
    in
    Queue.iter drop l.accepted;
    Queue.clear l.accepted
  end

type failure = No_route of Ip_output.error | No_port | Too_many

let first_port = 49152
let nr_ports = 65536 - first_port

let rec free_port t ~local ~remote ~remote_port ~offset ~left =
  if left = 0 then None
  else begin
    t.next_port <- t.next_port + 1;
    let local_port = first_port + ((offset + t.next_port) mod nr_ports) in
    match Flows.find t.flows ~local ~remote ~local_port ~remote_port with
    | None when not (Hashtbl.mem t.listeners local_port) -> Some local_port
    | _ -> free_port t ~local ~remote ~remote_port ~offset ~left:(left - 1)
  end

let open_ t config ~local ~remote ~local_port ~remote_port =
  let flow = { Secret.local; remote; local_port; remote_port } in
  let first = Secret.first_sequence t.context.secret ~now:(now t) flow in
  let clock_offset = Secret.clock_offset t.context.secret flow in
  let connection =
    Connection.connect config ~source_port:local_port ~destination_port:remote_port ~first
      ~clock_offset ~now:(now t)
  in
  let socket = add t connection ~local ~remote ~listener:None in
  flush t socket;
  socket

let connect t ?config ?source remote ~port:remote_port =
  let interface = t.context.interface in
  let local = match source with Some _ -> source | None -> Interface.source_for interface remote in
  match local with
  | None -> Error (No_route No_address)
  | Some _ when not (has_room t) -> Error Too_many
  | Some local -> (
      let offset = Secret.port_offset t.context.secret ~local ~remote ~remote_port mod nr_ports in
      match free_port t ~local ~remote ~remote_port ~offset ~left:nr_ports with
      | None -> Error No_port
      | Some local_port ->
          Ok (open_ t (config_for t config remote) ~local ~remote ~local_port ~remote_port))
