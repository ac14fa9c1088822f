open Sync

type waiting = { to_ : Address.t; mutable bytes : int; changed : Lock.Condition.t }
type table = { context : Context.t; asked : (int, waiting) Hashtbl.t }
type answer = { bytes : int; time : int }

let create context = { context; asked = Hashtbl.create 8 }

(* What identifies an echo: a word that is not in use. *)
let rec fresh_word t =
  let word = (t.context.interface.random () lsl 2) land 0xffff_ffff in
  if Hashtbl.mem t.asked word then fresh_word t else word

let put packet ~source ~destination ~word ~bytes =
  let length = Icmp.header_bytes + bytes and v4 = Address.is_v4 destination in
  Packet.resize packet length;
  let memory = Packet.memory packet and at = Packet.start packet in
  for i = 0 to bytes - 1 do
    Octets.set8 memory (at + Icmp.header_bytes + i) i
  done;
  Icmp.write memory at ~kind:(if v4 then Icmp.echo4 else Icmp.echo6) ~code:0 ~word;
  if v4 then Icmp.finish4 memory at ~length else Icmp.finish6 memory at ~length ~source ~destination

let send t destination ~word ~bytes =
  let i = t.context.interface in
  match (Interface.source_for i destination, Ip_output.packet i) with
  | Some source, Some packet ->
      put packet ~source ~destination ~word ~bytes;
      let protocol = if Address.is_v4 destination then Ipv4.icmp else Ipv6.icmp in
      Ip_output.send i ~source ~destination ~protocol packet
  | None, packet ->
      Option.iter Packet.release packet;
      Error Ip_output.No_address
  | Some _, None -> Ok ()

let await t (w : waiting) ~patience =
  let started = Context.now t.context in
  let is_answered () = w.bytes >= 0 in
  if Context.await_until t.context w.changed ~until:(started + patience) is_answered then
    Some { bytes = w.bytes; time = Context.now t.context - started }
  else None

let ask t destination ~bytes ~patience =
  if bytes < 0 || bytes > 1400 then invalid_arg "Echo.ask";
  Context.locked t.context (fun () ->
      let word = fresh_word t in
      let w = { to_ = destination; bytes = -1; changed = Lock.Condition.create () } in
      Hashtbl.replace t.asked word w;
      let finally () = Hashtbl.remove t.asked word in
      Fun.protect ~finally (fun () ->
          Result.map (fun () -> await t w ~patience) (send t destination ~word ~bytes)))

let echoed t ~source packet =
  let word = Icmp.word (Packet.memory packet) (Packet.start packet) in
  (match Hashtbl.find_opt t.asked word with
  | Some w when Address.equal w.to_ source || Address.is_multicast w.to_ ->
      w.bytes <- Packet.length packet - Icmp.header_bytes;
      Lock.Condition.broadcast w.changed
  | _ -> ());
  Packet.release packet
