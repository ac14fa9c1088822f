type lease = {
  address : Address.t;
  bits : int;
  routers : Address.t list;
  name_servers : Address.t list;
  server : Address.t;
  expires : int;
}

type t = {
  stack : Stack.t;
  socket : Udp_socket.t;
  on_change : lease option -> unit;
  mutable transaction : int;
}

let second = 1_000_000_000
let udp t = Stack.udp t.stack
let interface t = Stack.interface t.stack
let now t = (interface t).clock ()
let mac t = (interface t).link.mac

(* ---- messages ---- *)

let send t destination message =
  let text = Dhcp_message.write message in
  let bytes = Bytes.of_string text in
  ignore
    (Udp_socket.send (udp t) t.socket destination ~port:Dhcp_message.server_port bytes 0
       (Bytes.length bytes)
      : (unit, Udp_socket.error) result)

let message_of t packet =
  let memory = Packet.memory packet and at = Packet.start packet in
  match Dhcp_message.read memory ~at ~length:(Packet.length packet) with
  | Ok m
    when Dhcp_message.to_client memory at && m.transaction = t.transaction
         && String.equal m.mac (mac t) ->
      Some m
  | _ -> None

(* The first answer until then that the function takes. *)
let rec await t ~until take =
  match Udp_socket.receive_packet ~until (udp t) t.socket with
  | Error _ -> None
  | Ok (packet, _, _) -> (
      let message = message_of t packet in
      Packet.release packet;
      match Option.bind message take with None -> await t ~until take | found -> found)

(* 4, 8, ... 64 s, each a second more or less (RFC 2131 4.1). *)
let patience t try_ =
  let seconds = 4 lsl Int.min 4 try_ in
  (seconds * second) + ((interface t).random () mod (2 * second)) - second

(* ---- leases ---- *)

let after t seconds = if seconds = 0xffff_ffff then max_int else now t + (seconds * second)

(* A server may leave out when to renew: half of the lease, and seven eighths (RFC 2131 4.4.5). *)
type bound = { lease : lease; renew_at : int; rebind_at : int }

let bound t (m : Dhcp_message.t) ~server =
  let seconds = Option.value m.lease ~default:3600 in
  let until = function Some s when s <= seconds -> s | _ -> 0xffff_ffff in
  let renew = Int.min (until m.renew) (seconds / 2) in
  let rebind = Int.min (until m.rebind) (seconds / 8 * 7) in
  let lease =
    {
      address = m.yours;
      bits = Option.value m.mask_bits ~default:24;
      routers = m.routers;
      name_servers = m.name_servers;
      server;
      expires = after t seconds;
    }
  in
  { lease; renew_at = after t renew; rebind_at = after t (Int.max renew rebind) }

let install t lease =
  Stack.add_address t.stack lease.address ~bits:lease.bits;
  List.iteri
    (fun i via ->
      if i = 0 then ignore (Stack.add_route t.stack ~prefix:Address.any4 ~bits:0 ~via : bool))
    lease.routers;
  t.on_change (Some lease)

let uninstall t lease =
  Stack.remove_address t.stack lease.address;
  List.iter
    (fun via -> Stack.remove_route t.stack ~prefix:Address.any4 ~bits:0 ~via)
    lease.routers;
  t.on_change None

(* ---- RFC 2131 4.4.1: from nothing to an offer, and to a lease ---- *)

let offer (m : Dhcp_message.t) =
  match (m.kind, m.server) with
  | Offer, Some server when Address.is_unicast m.yours -> Some (m.yours, server)
  | _ -> None

let rec discover t try_ =
  send t Address.broadcast4 (Dhcp_message.empty Discover ~transaction:t.transaction ~mac:(mac t));
  match await t ~until:(now t + patience t try_) offer with
  | Some found -> found
  | None -> discover t (try_ + 1)

type answer = Granted of Dhcp_message.t | Refused

let answer (m : Dhcp_message.t) =
  match m.kind with
  | Ack when Address.is_unicast m.yours -> Some (Granted m)
  | Nak -> Some Refused
  | _ -> None

let rec request t (address, server) try_ =
  let message = Dhcp_message.empty Request ~transaction:t.transaction ~mac:(mac t) in
  send t Address.broadcast4 { message with requested = Some address; server = Some server };
  match await t ~until:(now t + patience t try_) answer with
  | None when try_ < 3 -> request t (address, server) (try_ + 1)
  | found -> found

let new_transaction t =
  let random = (interface t).random in
  t.transaction <- (random () lsl 2) lxor random () land 0xffff_ffff

let rec obtain t =
  new_transaction t;
  let address, server = discover t 0 in
  match request t (address, server) 0 with
  | Some (Granted m) -> bound t m ~server:(Option.value m.server ~default:server)
  | Some Refused | None -> obtain t

(* ---- RFC 2131 4.4.5: keeping it ---- *)

let rec wait_until t time =
  if now t < time then begin
    ignore (await t ~until:time (fun _ -> None) : unit option);
    wait_until t time
  end

(* Half of the time that is left, a minute at least. *)
let again_at t ~limit = Int.min limit (now t + Int.max (60 * second) ((limit - now t) / 2))

let rec ask_again t b ~destination ~limit =
  if now t >= limit then None
  else begin
    let message = Dhcp_message.empty Request ~transaction:t.transaction ~mac:(mac t) in
    send t destination { message with client = b.lease.address };
    match await t ~until:(again_at t ~limit) answer with
    | None -> ask_again t b ~destination ~limit
    | found -> found
  end

let renewal t b =
  wait_until t b.renew_at;
  new_transaction t;
  match ask_again t b ~destination:b.lease.server ~limit:b.rebind_at with
  | None -> ask_again t b ~destination:Address.broadcast4 ~limit:b.lease.expires
  | found -> found

let rec keep t b =
  match renewal t b with
  | Some (Granted m) ->
      let next = bound t m ~server:(Option.value m.server ~default:b.lease.server) in
      if not (Address.equal next.lease.address b.lease.address) then uninstall t b.lease;
      install t next.lease;
      keep t next
  | Some Refused | None -> uninstall t b.lease

let rec go t =
  let b = obtain t in
  install t b.lease;
  keep t b;
  go t

let run stack ~on_change =
  let udp = Stack.udp stack in
  match Udp_socket.bind udp ~port:Dhcp_message.client_port () with
  | Error e -> failwith (Format.asprintf "Dhcp.run: %a" Udp_socket.pp_error e)
  | Ok socket ->
      let t = { stack; socket; on_change; transaction = 0 } in
      Fun.protect ~finally:(fun () -> Udp_socket.close udp socket) (fun () -> go t)
