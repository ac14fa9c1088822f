type prefix = {
  prefix : Address.t;
  bits : int;
  on_link : bool;
  autonomous : bool;
  valid : int;
  preferred : int;
}

type t =
  | Router_solicitation of { mac : string option }
  | Router_advertisement of {
      mac : string option;
      hop_limit : int;
      lifetime : int;
      reachable : int;
      retransmit : int;
      mtu : int option;
      prefixes : prefix list;
      servers : (Address.t * int) list;
    }
  | Solicitation of { target : Address.t; mac : string option }
  | Advertisement of {
      target : Address.t;
      mac : string option;
      router : bool;
      solicited : bool;
      override : bool;
    }

let layer = "neighbour discovery"
let ( let* ) = Result.bind
let most = 8
let is_kind kind = kind >= Icmp.router_solicitation && kind <= Icmp.neighbour_advertisement

(* Where each kind's options begin. *)
let fixed kind =
  if kind = Icmp.router_solicitation then 8
  else if kind = Icmp.router_advertisement then 16
  else 24

(* ---- options ---- *)

type options = {
  source_mac : string option;
  target_mac : string option;
  link_mtu : int option;
  found_prefixes : prefix list;
  found_servers : (Address.t * int) list;
}

let none =
  { source_mac = None; target_mac = None; link_mtu = None; found_prefixes = []; found_servers = [] }

let prefix memory at =
  let flags = Octets.get8 memory (at + 3) in
  {
    prefix = Address.get6 memory (at + 16);
    bits = Octets.get8 memory (at + 2);
    on_link = flags land 0x80 <> 0;
    autonomous = flags land 0x40 <> 0;
    valid = Octets.get32 memory (at + 4);
    preferred = Octets.get32 memory (at + 8);
  }

let servers memory at ~length =
  let seconds = Octets.get32 memory (at + 4) in
  List.init (Int.min most ((length - 8) / 16)) (fun i ->
      (Address.get6 memory (at + 8 + (16 * i)), seconds))

let add_some list more =
  List.filteri (fun i _ -> i < most) (list @ more)

let add memory at ~length found =
  let mac () = Some (Octets.to_string memory ~at:(at + 2) ~length:6) in
  match Octets.get8 memory at with
  | 1 -> { found with source_mac = mac () }
  | 2 -> { found with target_mac = mac () }
  | 3 when length = 32 && Octets.get8 memory (at + 2) <= 128 ->
      { found with found_prefixes = add_some found.found_prefixes [ prefix memory at ] }
  | 5 -> { found with link_mtu = Some (Octets.get32 memory (at + 4)) }
  | 25 -> { found with found_servers = add_some found.found_servers (servers memory at ~length) }
  | _ -> found

let rec options memory ~at ~offset ~until found =
  let left = until - offset in
  if left = 0 then Ok found
  else if left < 8 then Error.truncated layer ~offset ~wanted:8 ~left
  else
    let length = 8 * Octets.get8 memory (at + offset + 1) in
    if length = 0 then Error.bad_value layer ~offset:(offset + 1) "option length" 0
    else if length > left then Error.truncated layer ~offset ~wanted:length ~left
    else
      let found = add memory (at + offset) ~length found in
      options memory ~at ~offset:(offset + length) ~until found

(* ---- messages ---- *)

let router_advertisement memory at found =
  Router_advertisement
    {
      mac = found.source_mac;
      hop_limit = Octets.get8 memory (at + 4);
      lifetime = Octets.get16 memory (at + 6);
      reachable = Octets.get32 memory (at + 8);
      retransmit = Octets.get32 memory (at + 12);
      mtu = found.link_mtu;
      prefixes = found.found_prefixes;
      servers = found.found_servers;
    }

let advertisement memory at found ~target =
  let flags = Octets.get8 memory (at + 4) in
  Advertisement
    {
      target;
      mac = found.target_mac;
      router = flags land 0x80 <> 0;
      solicited = flags land 0x40 <> 0;
      override = flags land 0x20 <> 0;
    }

let of_kind memory at kind found =
  if kind = Icmp.router_solicitation then Ok (Router_solicitation { mac = found.source_mac })
  else if kind = Icmp.router_advertisement then Ok (router_advertisement memory at found)
  else
    let target = Address.get6 memory (at + 8) in
    if Address.is_multicast target then Error.bad_value layer ~offset:8 "target's first byte" 0xff
    else if kind = Icmp.neighbour_solicitation then
      Ok (Solicitation { target; mac = found.source_mac })
    else Ok (advertisement memory at found ~target)

let read memory ~at ~length ~hop_limit =
  let kind = Icmp.kind memory at in
  if not (is_kind kind) then Error.bad_value layer ~offset:0 "type" kind
  else if hop_limit <> 255 then Error.bad_value layer ~offset:0 "hop limit" hop_limit
  else if Icmp.code memory at <> 0 then
    Error.bad_value layer ~offset:1 "code" (Icmp.code memory at)
  else if length < fixed kind then
    Error.truncated layer ~offset:0 ~wanted:(fixed kind) ~left:length
  else
    let* found = options memory ~at ~offset:(fixed kind) ~until:length none in
    of_kind memory at kind found

(* ---- writing ---- *)

let kind = function
  | Router_solicitation _ -> Icmp.router_solicitation
  | Router_advertisement _ -> Icmp.router_advertisement
  | Solicitation _ -> Icmp.neighbour_solicitation
  | Advertisement _ -> Icmp.neighbour_advertisement

let mac = function
  | Router_solicitation { mac }
  | Router_advertisement { mac; _ }
  | Solicitation { mac; _ }
  | Advertisement { mac; _ } ->
      mac

let bytes t = fixed (kind t) + match mac t with None -> 0 | Some _ -> 8

let write_mac memory at ~kind mac =
  Octets.set8 memory at kind;
  Octets.set8 memory (at + 1) 1;
  Octets.blit_of_string mac 0 memory (at + 2) 6

let word = function
  | Router_solicitation _ | Solicitation _ -> 0
  | Router_advertisement { hop_limit; lifetime; _ } -> (hop_limit lsl 24) lor lifetime
  | Advertisement { router; solicited; override; _ } ->
      let bit at set = Bool.to_int set lsl at in
      bit 31 router lor bit 30 solicited lor bit 29 override

let write memory at t =
  Icmp.write memory at ~kind:(kind t) ~code:0 ~word:(word t);
  (match t with
  | Solicitation { target; _ } | Advertisement { target; _ } -> Address.put target memory (at + 8)
  | Router_advertisement { reachable; retransmit; _ } ->
      Octets.set32 memory (at + 8) reachable;
      Octets.set32 memory (at + 12) retransmit
  | Router_solicitation _ -> ());
  let option = match t with Advertisement _ -> 2 | _ -> 1 in
  Option.iter (write_mac memory (at + fixed (kind t)) ~kind:option) (mac t)
