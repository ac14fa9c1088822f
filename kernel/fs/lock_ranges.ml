type kind = Shared | Exclusive
type 'owner held = { owner : 'owner; first : int; last : int; kind : kind }

(* By where they begin; an owner's own do not overlap. *)
type 'owner t = 'owner held list

let empty = []
let is_empty t = t = []

let conflict t owner ~first ~last kind =
  let conflicts held =
    held.owner <> owner && held.first <= last && first <= held.last
    && (kind = Exclusive || held.kind = Exclusive)
  in
  List.find_opt conflicts t

(* What is left of a lock without these bytes. *)
let without ~first ~last held =
  if held.last < first || last < held.first then [ held ]
  else
    (if held.first < first then [ { held with last = first - 1 } ] else [])
    @ if held.last > last then [ { held with first = last + 1 } ] else []

let by_first a b = compare a.first b.first

(* Locks of one owner, in order. *)
let rec joined = function
  | a :: b :: rest when a.kind = b.kind && a.last + 1 = b.first ->
      joined ({ a with last = b.last } :: rest)
  | a :: rest -> a :: joined rest
  | [] -> []

let set t owner ~first ~last kind =
  let own, others = List.partition (fun held -> held.owner = owner) t in
  let own = List.concat_map (without ~first ~last) own in
  let fresh = Option.map (fun kind -> { owner; first; last; kind }) kind in
  let own = joined (List.sort by_first (Option.to_list fresh @ own)) in
  List.merge by_first others own

let owned t owner = List.filter (fun held -> held.owner = owner) t
let forget t owner = List.filter (fun held -> held.owner <> owner) t
