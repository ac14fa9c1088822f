(* [place] is by which an entry stands in the heap: its time, or an earlier one that it once had. *)
type entry = { action : unit -> unit; mutable at : int; mutable place : int; mutable index : int }
type t = { mutable heap : entry array; mutable count : int }

let create () = { heap = [||]; count = 0 }
let entry action = { action; at = max_int; place = max_int; index = -1 }
let count t = t.count
let next t = if t.count = 0 then max_int else t.heap.(0).place

let put t i e =
  t.heap.(i) <- e;
  e.index <- i

let rec up t i e =
  let parent = (i - 1) / 2 in
  if i > 0 && e.place < t.heap.(parent).place then begin
    put t i t.heap.(parent);
    up t parent e
  end
  else put t i e

let rec down t i e =
  let left = (2 * i) + 1 in
  if left >= t.count then put t i e
  else begin
    let right = left + 1 in
    let is_right = right < t.count && t.heap.(right).place < t.heap.(left).place in
    let child = if is_right then right else left in
    if t.heap.(child).place < e.place then begin
      put t i t.heap.(child);
      down t child e
    end
    else put t i e
  end

let insert t e =
  if t.count = Array.length t.heap then
    t.heap <- Array.append t.heap (Array.make (Int.max 16 t.count) e);
  t.count <- t.count + 1;
  up t (t.count - 1) e

let set t e at =
  e.at <- at;
  if e.index < 0 then begin
    if at < max_int then begin
      e.place <- at;
      insert t e
    end
  end
  else if at < e.place then begin
    e.place <- at;
    up t e.index e
  end

let pop t =
  let e = t.heap.(0) in
  t.count <- t.count - 1;
  let last = t.heap.(t.count) in
  if t.count > 0 then down t 0 last;
  e.index <- -1

let rec fire t ~now =
  if t.count > 0 && t.heap.(0).place <= now then begin
    let e = t.heap.(0) in
    if e.at <= now then begin
      pop t;
      e.at <- max_int;
      e.action ()
    end
    else if e.at = max_int then pop t
    else begin
      e.place <- e.at;
      down t 0 e
    end;
    fire t ~now
  end
