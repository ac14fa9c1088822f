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
  mutable confirmed_at : int;
  mutable watch : unit -> unit;
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
  mutable watch_arrivals : unit -> unit;
}

type counts = {
  mutable opened : int;
  mutable accepted : int;
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
  resets : Rate.t;  (** for segments of no connection *)
  mutable received : int;  (** bytes that wait to be read, of all *)
  mutable written : int;  (** ... to be acknowledged *)
  mutable half_open : int;
  mutable cookies_until : int;  (** cookies that were sent may still come back *)
  mutable next_port : int;
}

let no_counts () =
  {
    opened = 0;
    accepted = 0;
    cookies_sent = 0;
    cookies_taken = 0;
    refused_full = 0;
    refused_memory = 0;
    resets_sent = 0;
    malformed = 0;
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
    counts = no_counts ();
    resets = Rate.create ~per_second:1000;
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
  if Rate.allow t.resets ~now:(now t) then begin
    t.counts.resets_sent <- t.counts.resets_sent + 1;
    Connection.reset_for t.segment t.answer;
    send_alone t t.answer ~source:local ~destination:remote
  end

(* Several segments as one, where there is much to send and the device can cut it. *)
let most_burst = 60_000

let large_packet t socket =
  let c = socket.connection in
  let segment = Control.payload_most c in
  if Option.is_none (link t).take_large || Connection.waiting c < 2 * segment then None
  else if Interface.has t.context.interface socket.remote then None
  else begin
    let packet = Ip_output.large_packet t.context.interface in
    if Option.is_some packet then Connection.allow_burst c (most_burst / segment);
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

(* The way to a peer counts as seen to work for so long. *)
let often = 10_000 * ms

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
        t.counts.accepted <- t.counts.accepted + 1;
        Queue.push socket l.accepted;
        Lock.Condition.signal l.arrived;
        l.watch_arrivals ()
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
  else Int.min room (least_written - Send_buffer.length socket.connection.buffer)

let flush t socket =
  if Option.is_some socket.listener && Connection.is_established socket.connection then
    established t socket;
  send_due t socket;
  note_waiting t socket;
  if Connection.state socket.connection = Closed then remove t socket;
  count_bytes t socket;
  Lock.Condition.broadcast socket.changed;
  socket.watch ()

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
      confirmed_at = -often;
      watch = ignore;
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

(* ---- how segments may be ---- *)

let largest_segment t address =
  let interface = t.context.interface in
  let mtu = Path_mtu.find interface.paths ~now:(now t) ~link:interface.link.mtu address in
  mtu - 20 - if Address.is_v4 address then Ipv4.header_bytes else Ipv6.header_bytes

let config_for t config remote =
  let config = Option.value config ~default:t.config in
  { config with segment = Int.min config.segment (largest_segment t remote) }
