type entry = {
  at : int;
  order : int;
  mutable fire : unit -> unit;
  mutable live : bool;
  dead : int Atomic.t;
}

type t = {
  mutable heap : entry array; (* earliest first *)
  mutable length : int;
  mutable order : int;
  mutable next : int; (* the first's time, or max_int *)
  dead : int Atomic.t; (* of the entries in the heap, about *)
}

let nothing () = ()
let none = { at = max_int; order = 0; fire = nothing; live = false; dead = Atomic.make 0 }
let create () =
  { heap = Array.make 16 none; length = 0; order = 0; next = max_int; dead = Atomic.make 0 }
let set_next t = t.next <- (if t.length = 0 then max_int else t.heap.(0).at)
let before a b = a.at < b.at || (a.at = b.at && a.order < b.order)

let rec sift_up heap i entry =
  let parent = (i - 1) / 2 in
  if i > 0 && before entry heap.(parent) then begin
    heap.(i) <- heap.(parent);
    sift_up heap parent entry
  end
  else heap.(i) <- entry

let rec sift_down heap length i entry =
  let left = (2 * i) + 1 in
  if left >= length then heap.(i) <- entry
  else begin
    let child =
      if left + 1 < length && before heap.(left + 1) heap.(left) then left + 1 else left
    in
    if before heap.(child) entry then begin
      heap.(i) <- heap.(child);
      sift_down heap length child entry
    end
    else heap.(i) <- entry
  end

let sweep t =
  Atomic.set t.dead 0;
  let live = List.filter (fun e -> e.live) (Array.to_list (Array.sub t.heap 0 t.length)) in
  let sorted = List.sort (fun a b -> if before a b then -1 else 1) live in
  let length = List.length sorted in
  t.heap <- Array.make (max 16 (2 * length)) none;
  t.length <- length;
  List.iteri (fun i e -> t.heap.(i) <- e) sorted;
  set_next t

let add t ~at fire =
  if t.length > 16 && 2 * Atomic.get t.dead > t.length then sweep t;
  if t.length = Array.length t.heap then t.heap <- Array.append t.heap (Array.make t.length none);
  t.order <- t.order + 1;
  let entry = { at; order = t.order; fire; live = true; dead = t.dead } in
  t.length <- t.length + 1;
  sift_up t.heap (t.length - 1) entry;
  set_next t;
  entry

let cancel entry =
  if entry.live then begin
    entry.live <- false;
    entry.fire <- nothing;
    Atomic.incr entry.dead
  end

let pop t =
  let entry = t.heap.(0) in
  t.length <- t.length - 1;
  let last = t.heap.(t.length) in
  t.heap.(t.length) <- none;
  if t.length > 0 then sift_down t.heap t.length 0 last;
  set_next t;
  entry

let rec fire t ~now =
  if t.length > 0 && t.heap.(0).at <= now then begin
    let entry = pop t in
    if entry.live then begin
      entry.live <- false;
      let action = entry.fire in
      entry.fire <- nothing;
      action ()
    end
    else Atomic.decr t.dead;
    fire t ~now
  end
