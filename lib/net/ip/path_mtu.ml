type entry = { mtu : int; until : int }
type t = entry Address.Table.t

let limit = 256
let age = 600_000_000_000
let create () = Address.Table.create 16

let find t ~now ~link address =
  if Address.Table.length t = 0 then link
  else
    match Address.Table.find_opt t address with
    | Some e when e.until > now -> Int.min link e.mtu
    | Some _ ->
        Address.Table.remove t address;
        link
    | None -> link

let oldest t =
  Address.Table.fold
    (fun address e found ->
      match found with Some (_, o) when o.until <= e.until -> found | _ -> Some (address, e))
    t None

let make_room t =
  if Address.Table.length t >= limit then
    Option.iter (fun (address, _) -> Address.Table.remove t address) (oldest t)

let told t ~now ~link address mtu =
  let least = if Address.is_v4 address then 576 else 1280 in
  let mtu = Int.max least mtu in
  mtu < find t ~now ~link address
  && begin
       make_room t;
       Address.Table.replace t address { mtu; until = now + age };
       true
     end
