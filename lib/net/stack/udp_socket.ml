open Sync

type arrived = { packet : Packet.t; source : Address.t; source_port : int }

type t = {
  address : Address.t option;
  port : int;
  mutable peer : (Address.t * int) option;
  queue : arrived Queue.t;
  changed : Lock.Condition.t;
  mutable is_open : bool;
  mutable is_refused : bool;
  mutable dropped : int;
  mutable watch : unit -> unit;
}

type table = { context : Context.t; ports : (int, t) Hashtbl.t }
type error = In_use | No_port | No_way of Ip_output.error | Closed | Unreachable | Timed_out

let pp_error ppf error =
  let say = Format.pp_print_string ppf in
  match error with
  | In_use -> say "somebody has that port"
  | No_port -> say "no port is left"
  | No_way e -> Ip_output.pp_error ppf e
  | Closed -> say "the socket was closed"
  | Unreachable -> say "nobody is at that port"
  | Timed_out -> say "nothing came in time"

let most_packets = 256
let create context = { context; ports = Hashtbl.create 16 }
let port t = t.port
let dropped t = t.dropped
let locked table fn = Context.locked table.context fn

(* Who waits, and who watches. *)
let changed t =
  Lock.Condition.broadcast t.changed;
  t.watch ()

(* ---- ports ---- *)

let first_port = 49152

let rec free_port table left =
  let port = first_port + (table.context.interface.random () mod (65536 - first_port)) in
  if left = 0 then None
  else if Hashtbl.mem table.ports port then free_port table (left - 1)
  else Some port

let open_at table ?address port =
  let t =
    {
      address;
      port;
      peer = None;
      queue = Queue.create ();
      changed = Lock.Condition.create ();
      is_open = true;
      is_refused = false;
      dropped = 0;
      watch = ignore;
    }
  in
  Hashtbl.replace table.ports port t;
  t

let bind table ?address ~port () =
  locked table (fun () ->
      if port <> 0 then
        if Hashtbl.mem table.ports port then Error In_use else Ok (open_at table ?address port)
      else
        match free_port table 1000 with
        | Some port -> Ok (open_at table ?address port)
        | None -> Error No_port)

let connect table t address ~port = locked table (fun () -> t.peer <- Some (address, port))

let close table t =
  locked table (fun () ->
      t.is_open <- false;
      Hashtbl.remove table.ports t.port;
      Queue.iter (fun a -> Packet.release a.packet) t.queue;
      Queue.clear t.queue;
      changed t)

(* ---- sending ---- *)

(* In a buffer of the link's if it fits, else in memory of its own, from which it is cut. *)
let buffer table length =
  let i = table.context.interface in
  if Udp.header_bytes + length <= Ip_output.room i then Ip_output.packet i
  else
    let packet =
      Packet.of_heap ~headroom:(i.link.headroom + Link.headroom) (Udp.header_bytes + length)
    in
    Packet.resize packet 0;
    Some packet

let send_from table t ~source ~destination ~port bytes at length =
  match buffer table length with
  | None -> Ok ()
  | Some packet ->
      Packet.resize packet (Udp.header_bytes + length);
      let memory = Packet.memory packet and start = Packet.start packet in
      Octets.blit_of_bytes bytes at memory (start + Udp.header_bytes) length;
      Udp.write memory start ~source ~destination ~source_port:t.port ~destination_port:port
        ~payload:length;
      let sent =
        Ip_output.send table.context.interface ~source ~destination ~protocol:Ipv4.udp packet
      in
      Result.map_error (fun e -> No_way e) sent

let source_of table t destination =
  match t.address with
  | Some _ as source -> source
  | None -> Interface.source_for table.context.interface destination

let take_refusal t =
  let refused = t.is_refused in
  t.is_refused <- false;
  refused

(* Before there is an address, to everybody on the link: what asks for one. *)
let source_or_any table t destination =
  match source_of table t destination with
  | None when Address.equal destination Address.broadcast4 -> Some Address.any4
  | source -> source

let send table t destination ~port bytes at length =
  locked table (fun () ->
      if not t.is_open then Error Closed
      else if take_refusal t then Error Unreachable
      else if length > 65535 - 48 then Error (No_way Too_large)
      else
        match source_or_any table t destination with
        | None -> Error (No_way No_address)
        | Some source -> send_from table t ~source ~destination ~port bytes at length)

(* ---- receiving ---- *)

let is_readable t = t.is_refused || (not t.is_open) || not (Queue.is_empty t.queue)
let watch table t fn = locked table (fun () -> t.watch <- fn)

let await table t ~until =
  let is_ready () = is_readable t in
  if until = max_int then (Context.await table.context t.changed is_ready; true)
  else Context.await_until table.context t.changed ~until is_ready

let next table t ~until =
  let is_ready = await table t ~until in
  match Queue.take_opt t.queue with
  | None when not is_ready -> Error Timed_out
  | Some a ->
      Packet.pull a.packet Udp.header_bytes;
      Ok a
  | None -> if take_refusal t then Error Unreachable else Error Closed

let receive_packet ?(until = max_int) table t =
  locked table (fun () ->
      Result.map (fun a -> (a.packet, a.source, a.source_port)) (next table t ~until))

let receive ?until table t bytes at length =
  Result.map
    (fun (packet, source, source_port) ->
      let all = Packet.length packet in
      let memory = Packet.memory packet and start = Packet.start packet in
      Octets.blit_to_bytes memory start bytes at (Int.min all length);
      Packet.release packet;
      (all, source, source_port))
    (receive_packet ?until table t)

(* ---- the network ---- *)

let is_for t ~source ~destination ~source_port =
  let is_address = function None -> true | Some a -> Address.equal a destination in
  let is_peer = function None -> true | Some (a, p) -> Address.equal a source && p = source_port in
  is_address t.address && is_peer t.peer

let keep table t packet ~source ~source_port =
  if Queue.length t.queue >= most_packets then begin
    t.dropped <- t.dropped + 1;
    Packet.release packet
  end
  else begin
    let is_scarce = table.context.interface.link.is_scarce () in
    let kept = if is_scarce then Packet.copy packet else packet in
    if is_scarce then Packet.release packet;
    Queue.push { packet = kept; source; source_port } t.queue;
    changed t
  end

let input table ~source ~destination packet =
  let memory = Packet.memory packet and at = Packet.start packet in
  let source_port = Udp.source_port memory at in
  match Hashtbl.find_opt table.ports (Udp.destination_port memory at) with
  | Some t when is_for t ~source ~destination ~source_port ->
      keep table t packet ~source ~source_port;
      true
  | _ -> Address.is_multicast destination && (Packet.release packet; true)

let failed table ~destination ~kind packet =
  let memory = Packet.memory packet and at = Packet.start packet in
  let local_port = Octets.get16 memory at and remote_port = Octets.get16 memory (at + 2) in
  match ((kind : Ip_input.failure), Hashtbl.find_opt table.ports local_port) with
  | Unreachable _, Some ({ peer = Some (a, p); _ } as t)
    when p = remote_port && Address.equal a destination ->
      t.is_refused <- true;
      changed t
  | Too_large mtu, Some _ ->
      let i = table.context.interface in
      let now = Context.now table.context in
      ignore (Path_mtu.told i.paths ~now ~link:i.link.mtu destination mtu : bool)
  | _ -> ()
