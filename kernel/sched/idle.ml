(* The first word stands by itself: on most machines there is no other. *)
type t = { first : int Atomic.t; others : int Atomic.t array; is_wide : bool }

let bits = 32

let create cores =
  let others = Int.max 0 ((cores - 1) / bits) in
  let word _ = Atomic.make 0 in
  { first = word 0; others = Array.init others word; is_wide = others > 0 }

let nth t i = if i = 0 then t.first else t.others.(i - 1)
let word t core = nth t (core / bits)
let bit core = 1 lsl (core mod bits)
let mem t core = Atomic.get (word t core) land bit core <> 0

let rec set t core =
  let w = word t core in
  let seen = Atomic.get w in
  if not (Atomic.compare_and_set w seen (seen lor bit core)) then set t core

let rec clear t core =
  let w = word t core in
  let seen = Atomic.get w in
  seen land bit core <> 0
  && (Atomic.compare_and_set w seen (seen land lnot (bit core)) || clear t core)

let is_not_empty w = Atomic.get w <> 0
let[@inline] any t = is_not_empty t.first || (t.is_wide && Array.exists is_not_empty t.others)

let rec lowest n bit = if n land 1 <> 0 then bit else lowest (n lsr 1) (bit + 1)

let rec find t among i =
  if i > Array.length t.others then -1
  else
    match Atomic.get (nth t i) land among.(i) with
    | 0 -> find t among (i + 1)
    | found -> (i * bits) + lowest found 0

let find t ~among = find t among 0

let mask cores members =
  let words = Array.make ((cores + bits - 1) / bits) 0 in
  List.iter (fun core -> words.(core / bits) <- words.(core / bits) lor bit core) members;
  words

let is_in mask core = mask.(core / bits) land bit core <> 0

let rec first_from mask i =
  if i = Array.length mask then -1
  else if mask.(i) <> 0 then (i * bits) + lowest mask.(i) 0
  else first_from mask (i + 1)

let first mask = first_from mask 0
