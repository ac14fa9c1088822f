type t = {
  context : Context.t;
  auto : Autoconfiguration.t;
  tcp : Tcp_table.t;
  udp : Udp_socket.table;
  echo : Echo.table;
  mutable upper : Ip_input.upper;
  mutable told : int;  (** what {!deadline} last said *)
  mutable on_earlier : unit -> unit;
}

let interface t = t.context.interface
let tcp t = t.tcp
let udp t = t.udp
let echo t = t.echo

let failed tcp udp ~protocol ~destination ~kind packet =
  if protocol = Ipv4.tcp then Tcp_arrival.failed tcp ~destination ~kind packet
  else if protocol = Ipv4.udp then Udp_socket.failed udp ~destination ~kind packet

let upper_of tcp udp echo =
  {
    Ip_input.tcp = Tcp_arrival.input tcp;
    udp = Udp_socket.input udp;
    echoed = Echo.echoed echo;
    failed = failed tcp udp;
  }

let earliest t =
  let i = t.context.interface in
  let network = Int.min (Neighbours.deadline i.neighbours) (Reassembly.deadline i.fragments) in
  Int.min network (Int.min (Autoconfiguration.deadline t.auto) (Deadlines.next t.context.deadlines))

let settle t () =
  Ip_input.drain t.context.interface t.auto t.upper;
  if earliest t < t.told then begin
    t.told <- earliest t;
    t.on_earlier ()
  end

let create ?(config = Control.default) ?(limits = Tcp_table.default_limits) link ~clock ~random =
  let context = Context.create (Interface.create link ~clock ~random) in
  let tcp = Tcp_table.create context ~config limits in
  let udp = Udp_socket.create context and echo = Echo.create context in
  let auto = Autoconfiguration.create context.interface in
  let upper = upper_of tcp udp echo in
  let t = { context; auto; tcp; udp; echo; upper; told = 0; on_earlier = ignore } in
  context.settle <- settle t;
  t

let locked t fn = Context.locked t.context fn

(* ---- addresses ---- *)

let add_address t address ~bits =
  let own =
    {
      Interface.address;
      bits;
      state = Preferred;
      preferred_until = max_int;
      valid_until = max_int;
      asked_at = 0;
    }
  in
  locked t (fun () -> Interface.add (interface t) own)

let remove_address t address = locked t (fun () -> Interface.remove (interface t) address)

let add_route t ~prefix ~bits ~via =
  let route = { Routes.prefix; bits; via = Some via; expires = max_int } in
  locked t (fun () -> Routes.add (interface t).routes route)

let remove_route t ~prefix ~bits ~via =
  locked t (fun () -> Routes.remove_via (interface t).routes ~prefix ~bits ~via)

let autoconfigure t = locked t (fun () -> Autoconfiguration.start t.auto)

(* ---- the link and the clock ---- *)

let receive t packet =
  locked t (fun () -> Ip_input.receive (interface t) t.auto t.upper packet)

let deadline t =
  locked t (fun () ->
      t.told <- earliest t;
      t.told)

let on_earlier t fn = t.on_earlier <- fn

(* Who waited for a neighbour that does not answer is told, and the packet is lost. *)
let lost i packet =
  i.Interface.counts.unanswered <- i.Interface.counts.unanswered + 1;
  Packet.release packet

(* The first fragment came, others did not (RFC 792; RFC 8200 4.5). *)
let too_late i header packet =
  let v4 = String.length header > 0 && Char.code header.[0] lsr 4 = 4 in
  let get at = if v4 then String.sub header at 4 else String.sub header at 16 in
  let source = Address.of_octets (get (if v4 then 12 else 8)) in
  let destination = Address.of_octets (get (if v4 then 16 else 24)) in
  let kind = if v4 then Icmp.time_exceeded4 else Icmp.time_exceeded6 in
  Icmp_output.error i { source; destination; header } ~kind ~code:1 ~word:0 packet

let expire_all t =
  let i = interface t in
  let now = Context.now t.context in
  Neighbours.expire i.neighbours ~now ~ask:(Ip_output.ask i) ~lost:(lost i);
  Reassembly.expire i.fragments ~now (too_late i);
  Autoconfiguration.expire t.auto;
  Deadlines.fire t.context.deadlines ~now

let expire t = locked t (fun () -> expire_all t)
