type route = { prefix : Address.t; bits : int; via : Address.t option; expires : int }

(* Longest prefixes first. *)
type t = { mutable routes : route list }

let limit = 64
let create () = { routes = [] }
let all t = t.routes

let contains ~prefix ~bits address =
  let a = Address.to_octets prefix and b = Address.to_octets address in
  let rec same i left =
    if left <= 0 then true
    else
      let x = Char.code a.[i] lxor Char.code b.[i] in
      if left >= 8 then x = 0 && same (i + 1) (left - 8) else x lsr (8 - left) = 0
  in
  String.length a = String.length b && same 0 bits

let is_same a b = a.bits = b.bits && Address.equal a.prefix b.prefix && a.via = b.via

let add t route =
  let others = List.filter (fun r -> not (is_same r route)) t.routes in
  List.length others < limit
  && begin
       t.routes <- List.stable_sort (fun a b -> compare b.bits a.bits) (route :: others);
       true
     end

let remove t ~prefix ~bits =
  t.routes <- List.filter (fun r -> not (r.bits = bits && Address.equal r.prefix prefix)) t.routes

let remove_via t ~prefix ~bits ~via =
  let gone = { prefix; bits; via = Some via; expires = 0 } in
  t.routes <- List.filter (fun r -> not (is_same r gone)) t.routes

let rec find routes ~now address =
  match routes with
  | [] -> None
  | r :: rest ->
      if r.expires > now && contains ~prefix:r.prefix ~bits:r.bits address then
        match r.via with None -> Some address | via -> via
      else find rest ~now address

let next_hop t ~now address = find t.routes ~now address
