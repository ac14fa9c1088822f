type key = { source : Address.t; destination : Address.t; identification : int; protocol : int }
type fragment = { offset : int; packet : Packet.t }

type partial = {
  key : key;
  since : int;
  mutable fragments : fragment list;  (** by offset *)
  mutable nr_fragments : int;
  mutable have : int;  (** bytes *)
  mutable total : int;  (** -1: the last has not come *)
  mutable header : string;
}

type t = { table : (key, partial) Hashtbl.t; mutable bytes : int; mutable deadline : int }

let limit = 64
let most_bytes = 1 lsl 20
let most_fragments = 64
let patience = 30_000_000_000
let create () = { table = Hashtbl.create 16; bytes = 0; deadline = max_int }
let deadline t = t.deadline
let bytes t = t.bytes
let count t = Hashtbl.length t.table

(* ---- room ---- *)

let remove t p =
  List.iter (fun f -> Packet.release f.packet) p.fragments;
  p.fragments <- [];
  t.bytes <- t.bytes - p.have;
  Hashtbl.remove t.table p.key

let oldest t =
  Hashtbl.fold
    (fun _ p found -> match found with Some o when o.since <= p.since -> found | _ -> Some p)
    t.table None

let rec make_room t ~wanted =
  if count t > 0 && (count t >= limit || t.bytes + wanted > most_bytes) then begin
    Option.iter (remove t) (oldest t);
    make_room t ~wanted
  end

let find t ~now key ~wanted =
  match Hashtbl.find_opt t.table key with
  | Some p -> p
  | None ->
      make_room t ~wanted;
      let p =
        { key; since = now; fragments = []; nr_fragments = 0; have = 0; total = -1; header = "" }
      in
      Hashtbl.replace t.table key p;
      t.deadline <- Int.min t.deadline (now + patience);
      p

(* ---- a fragment ---- *)

let stop f = f.offset + Packet.length f.packet

type place = Repeated | Overlapping | Placed of fragment list

let rec place fragment = function
  | [] -> Placed [ fragment ]
  | f :: _ when f.offset = fragment.offset && stop f = stop fragment -> Repeated
  | f :: rest when stop f <= fragment.offset -> (
      match place fragment rest with Placed placed -> Placed (f :: placed) | other -> other)
  | f :: _ when f.offset < stop fragment -> Overlapping
  | rest -> Placed (fragment :: rest)

(* All but the last are whole units of 8 bytes, and all fit into 64 KiB and before the end. *)
let is_possible p ~offset ~more ~length =
  let stop = offset + length in
  length > 0 && stop <= 65535
  && ((not more) || length land 7 = 0)
  && if more then p.total < 0 || stop < p.total else p.total < 0 || p.total = stop

let ends_before total fragments = List.for_all (fun f -> stop f <= total) fragments

let whole t p =
  let whole = Packet.of_heap ~headroom:0 p.total in
  let copy { offset; packet } =
    Octets.blit (Packet.memory packet) (Packet.start packet) (Packet.memory whole) offset
      (Packet.length packet)
  in
  List.iter copy p.fragments;
  remove t p;
  whole

let insert t p fragments ~offset ~more ~header packet =
  let length = Packet.length packet in
  p.fragments <- fragments;
  p.nr_fragments <- p.nr_fragments + 1;
  p.have <- p.have + length;
  t.bytes <- t.bytes + length;
  if offset = 0 then p.header <- header;
  if not more then p.total <- offset + length;
  if p.have = p.total then Some (p.header, whole t p) else None

let refuse t p packet =
  Packet.release packet;
  remove t p;
  None

let add t ~now key ~offset ~more ~header packet =
  let length = Packet.length packet in
  let p = find t ~now key ~wanted:length in
  if not (is_possible p ~offset ~more ~length) || p.nr_fragments >= most_fragments then
    refuse t p packet
  else
    match place { offset; packet } p.fragments with
    | Repeated ->
        Packet.release packet;
        None
    | Overlapping -> refuse t p packet
    | Placed fragments when more || ends_before (offset + length) fragments ->
        insert t p fragments ~offset ~more ~header packet
    | Placed _ -> refuse t p packet

(* ---- time ---- *)

let give_up t tell p =
  (match p.fragments with { offset = 0; packet } :: _ -> tell p.header packet | _ -> ());
  remove t p

let expire t ~now tell =
  if t.deadline <= now then begin
    let all = Hashtbl.fold (fun _ p found -> p :: found) t.table [] in
    List.iter (fun p -> if p.since + patience <= now then give_up t tell p) all;
    t.deadline <- Hashtbl.fold (fun _ p at -> Int.min at (p.since + patience)) t.table max_int
  end
