type entry = { addresses : Address.t list; until : int }
type t = (Dns_name.t * Dns_message.kind, entry) Hashtbl.t

let limit = 1024
let create () = Hashtbl.create 16
let count = Hashtbl.length

let find t ~now name kind =
  match Hashtbl.find_opt t (name, kind) with
  | Some e when e.until > now -> Some e.addresses
  | Some _ ->
      Hashtbl.remove t (name, kind);
      None
  | None -> None

let first_to_end t =
  Hashtbl.fold
    (fun key e found ->
      match found with Some (_, f) when f.until <= e.until -> found | _ -> Some (key, e))
    t None

let make_room t =
  if count t >= limit then Option.iter (fun (key, _) -> Hashtbl.remove t key) (first_to_end t)

let add t ~now name kind addresses ~seconds =
  let most = if addresses = [] then 300 else 86_400 in
  make_room t;
  Hashtbl.replace t (name, kind) { addresses; until = now + (Int.min most seconds * 1_000_000_000) }
