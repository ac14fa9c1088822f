type entry = { mtu : int; until : int }
type t = (Address.t, entry) Hashtbl.t

let limit = 256
let age = 600_000_000_000
let create () = Hashtbl.create 16

let find t ~now ~link address =
  if Hashtbl.length t = 0 then link
  else
    match Hashtbl.find_opt t address with
    | Some e when e.until > now -> min link e.mtu
    | Some _ ->
        Hashtbl.remove t address;
        link
    | None -> link

let oldest t =
  Hashtbl.fold
    (fun address e found ->
      match found with Some (_, o) when o.until <= e.until -> found | _ -> Some (address, e))
    t None

let make_room t =
  if Hashtbl.length t >= limit then
    Option.iter (fun (address, _) -> Hashtbl.remove t address) (oldest t)

let told t ~now ~link address mtu =
  let least = if Address.is_v4 address then 576 else 1280 in
  let mtu = max least mtu in
  mtu < find t ~now ~link address
  && begin
       make_room t;
       Hashtbl.replace t address { mtu; until = now + age };
       true
     end
