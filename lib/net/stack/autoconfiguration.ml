open Interface

type t = {
  interface : Interface.t;
  mutable routers_at : int;  (** when to ask for routers; [max_int] *)
  mutable asked : int;
}

let second = 1_000_000_000
let patience = second
let create interface = { interface; routers_at = max_int; asked = 0 }
let now t = t.interface.clock ()

(* ---- taking an address ---- *)

let announce t o =
  o.asked_at <- now t;
  let target = o.address in
  Ip_output.send_discovery t.interface ~source:Address.any6
    ~destination:(Address.solicited_node target)
    (Solicitation { target; mac = None })

let take t ~prefix ~bits ~preferred_until ~valid_until =
  let address = Address.of_mac ~prefix t.interface.link.mac in
  let o = { address; bits; state = Tentative; preferred_until; valid_until; asked_at = 0 } in
  Interface.add t.interface o;
  announce t o

let link_local = "\xfe\x80" ^ String.make 6 '\000'

let start t =
  take t ~prefix:link_local ~bits:64 ~preferred_until:max_int ~valid_until:max_int;
  t.asked <- 0;
  t.routers_at <- now t + patience

let objected t address =
  match Interface.find t.interface address with
  | Some { state = Tentative; _ } ->
      Interface.remove t.interface address;
      t.interface.dad_failed <- t.interface.dad_failed + 1
  | _ -> ()

(* ---- routers ---- *)

let ask_for_routers t =
  t.asked <- t.asked + 1;
  t.routers_at <- (if t.asked >= 3 then max_int else now t + (4 * second));
  match Interface.source_for t.interface Address.all_routers6 with
  | None -> ()
  | Some source ->
      Ip_output.send_discovery t.interface ~source ~destination:Address.all_routers6
        (Router_solicitation { mac = Some t.interface.link.mac })

let until t seconds = if seconds = 0xffff_ffff then max_int else now t + (seconds * second)

(* Who is not authenticated may not end an address within two hours (RFC 4862 5.5.3 e). *)
let extended t o seconds =
  let two_hours = now t + (7200 * second) and said = until t seconds in
  if said > two_hours || said > o.valid_until then said else Int.min o.valid_until two_hours

let renew t o (p : Discovery.prefix) =
  o.valid_until <- extended t o p.valid;
  o.preferred_until <- until t p.preferred;
  if o.state <> Tentative then
    o.state <- (if o.preferred_until > now t then Preferred else Deprecated)

let autonomous t (p : Discovery.prefix) =
  let prefix = String.sub (Address.to_octets p.prefix) 0 8 in
  let is_usable = p.bits = 64 && p.preferred <= p.valid && prefix <> link_local in
  if is_usable && not (Address.is_multicast p.prefix) then
    match Interface.find t.interface (Address.of_mac ~prefix t.interface.link.mac) with
    | Some o -> renew t o p
    | None when p.valid > 0 ->
        take t ~prefix ~bits:64 ~preferred_until:(until t p.preferred)
          ~valid_until:(until t p.valid)
    | None -> ()

let on_link t (p : Discovery.prefix) =
  if p.valid = 0 then Routes.remove t.interface.routes ~prefix:p.prefix ~bits:p.bits
  else
    let expires = until t p.valid in
    let route = { Routes.prefix = p.prefix; bits = p.bits; via = None; expires } in
    ignore (Routes.add t.interface.routes route : bool)

let prefix t (p : Discovery.prefix) =
  if not (Address.is_link_local p.prefix) then begin
    if p.on_link then on_link t p;
    if p.autonomous then autonomous t p
  end

let default_route t ~source ~lifetime =
  let expires = if lifetime = 0 then 0 else now t + (lifetime * second) in
  let route = { Routes.prefix = Address.any6; bits = 0; via = Some source; expires } in
  ignore (Routes.add t.interface.routes route : bool)

let advertised t ~source (message : Discovery.t) =
  match message with
  | Router_advertisement r when Address.is_link_local source ->
      t.routers_at <- max_int;
      if r.hop_limit > 0 then t.interface.hop_limit <- r.hop_limit;
      default_route t ~source ~lifetime:r.lifetime;
      List.iter (prefix t) r.prefixes;
      if r.servers <> [] then t.interface.on_servers r.servers
  | _ -> ()

(* ---- time ---- *)

let age t o =
  let now = now t in
  if o.state = Tentative && o.asked_at + patience <= now then o.state <- Preferred;
  if o.state = Preferred && o.preferred_until <= now then o.state <- Deprecated;
  if o.valid_until <= now then Interface.remove t.interface o.address

let ends o =
  match o.state with
  | Tentative -> o.asked_at + patience
  | Preferred -> Int.min o.preferred_until o.valid_until
  | Deprecated -> o.valid_until

let deadline t =
  List.fold_left (fun at o -> Int.min at (ends o)) t.routers_at t.interface.own

let expire t =
  List.iter (age t) t.interface.own;
  if t.routers_at <= now t then ask_for_routers t
