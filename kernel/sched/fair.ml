type 'core t = {
  mutable heap : 'core Task.t array; (* by key: each not after its two children, at 2i+1 and 2i+2 *)
  mutable length : int;
  mutable virtual_now : int; (* that no ready task may be far behind *)
  mutable order : int;
}

let slice_ns = 2_000_000
let least_charge_ns = 1_000
let create () = { heap = [||]; length = 0; virtual_now = 0; order = 0 }
let[@inline] length q = q.length

let before (a : _ Task.t) (b : _ Task.t) =
  let a = a.share and b = b.share in
  a.virtual_ns < b.virtual_ns || (a.virtual_ns = b.virtual_ns && a.order - b.order < 0)

let rec sift_up (heap : _ Task.t array) i task =
  let parent = (i - 1) / 2 in
  if i > 0 && before task heap.(parent) then begin
    heap.(i) <- heap.(parent);
    sift_up heap parent task
  end
  else heap.(i) <- task

let rec sift_down (heap : _ Task.t array) length i task =
  let left = (2 * i) + 1 in
  if left >= length then heap.(i) <- task
  else begin
    let child =
      if left + 1 < length && before heap.(left + 1) heap.(left) then left + 1 else left
    in
    if before heap.(child) task then begin
      heap.(i) <- heap.(child);
      sift_down heap length child task
    end
    else heap.(i) <- task
  end

let insert q (task : _ Task.t) =
  if q.length = Array.length q.heap then
    q.heap <-
      (if q.length = 0 then Array.make 16 task else Array.append q.heap q.heap);
  q.order <- q.order + 1;
  task.share.order <- q.order;
  q.length <- q.length + 1;
  sift_up q.heap (q.length - 1) task

(* A sleeper comes back a slice ahead of the others at most, however long it slept. *)
let push q (task : _ Task.t) =
  task.share.virtual_ns <- Int.max task.share.virtual_ns (q.virtual_now - slice_ns);
  insert q task

let push_first q (task : _ Task.t) =
  if q.length > 0 then begin
    let first = q.heap.(0).share in
    task.share.virtual_ns <- Int.min task.share.virtual_ns (first.virtual_ns - 1)
  end;
  insert q task

let remove q i =
  let task = q.heap.(i) in
  q.length <- q.length - 1;
  let last = q.heap.(q.length) in
  if i < q.length then
    if i > 0 && before last q.heap.((i - 1) / 2) then sift_up q.heap i last
    else sift_down q.heap q.length i last;
  q.heap.(q.length) <- q.heap.(0) (* one that is in the queue, if any is *);
  task

let pop q =
  let task = remove q 0 in
  q.virtual_now <- Int.max q.virtual_now task.share.virtual_ns;
  task

let looked_at = 8

let rec movable q i =
  if i >= Int.min q.length looked_at then -1
  else if q.heap.(i).terms.bound < 0 then i
  else movable q (i + 1)

let take_movable q ~none = match movable q 0 with -1 -> none | i -> remove q i

let rec confined q ~may_leave i =
  if i >= Int.min q.length looked_at then -1
  else
    let { Task.bound; among; _ } = q.heap.(i).terms in
    if bound >= 0 && among <> [||] && may_leave among then i else confined q ~may_leave (i + 1)

let take_confined q ~may_leave ~none =
  match confined q ~may_leave 0 with -1 -> none | i -> remove q i

let forget q = q.heap <- [||]
let move (task : _ Task.t) by = task.share.virtual_ns <- task.share.virtual_ns + by
let release q task = move task (-q.virtual_now)
let adopt q task = move task q.virtual_now

let charge (task : _ Task.t) ran_ns =
  move task (Int.max ran_ns least_charge_ns * Task.whole_weight / task.terms.weight)
