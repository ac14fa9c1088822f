type t = {
  mutable heap : Task.t array; (* by key: each not after its two children, at 2i+1 and 2i+2 *)
  mutable length : int;
  mutable virtual_now : int; (* that no ready task may be far behind *)
  mutable order : int;
}

let slice_ns = 2_000_000
let least_charge_ns = 1_000
let whole_weight = 1024
let create () = { heap = Array.make 16 Task.none; length = 0; virtual_now = 0; order = 0 }
let length q = q.length

let before (a : Task.t) (b : Task.t) =
  a.virtual_ns < b.virtual_ns || (a.virtual_ns = b.virtual_ns && a.order - b.order < 0)

let rec sift_up heap i task =
  let parent = (i - 1) / 2 in
  if i > 0 && before task heap.(parent) then begin
    heap.(i) <- heap.(parent);
    sift_up heap parent task
  end
  else heap.(i) <- task

let rec sift_down heap length i task =
  let left = (2 * i) + 1 in
  if left >= length then heap.(i) <- task
  else begin
    let child = if left + 1 < length && before heap.(left + 1) heap.(left) then left + 1 else left in
    if before heap.(child) task then begin
      heap.(i) <- heap.(child);
      sift_down heap length child task
    end
    else heap.(i) <- task
  end

let insert q (task : Task.t) =
  if q.length = Array.length q.heap then
    q.heap <- Array.append q.heap (Array.make q.length Task.none);
  q.order <- q.order + 1;
  task.order <- q.order;
  q.length <- q.length + 1;
  sift_up q.heap (q.length - 1) task

(* A sleeper comes back a slice ahead of the others at most, however long it slept. *)
let push q (task : Task.t) =
  task.virtual_ns <- max task.virtual_ns (q.virtual_now - slice_ns);
  insert q task

let push_first q (task : Task.t) =
  if q.length > 0 then task.virtual_ns <- min task.virtual_ns (q.heap.(0).virtual_ns - 1);
  insert q task

let remove q i =
  let task = q.heap.(i) in
  q.length <- q.length - 1;
  let last = q.heap.(q.length) in
  q.heap.(q.length) <- Task.none;
  if i < q.length then
    if i > 0 && before last q.heap.((i - 1) / 2) then sift_up q.heap i last
    else sift_down q.heap q.length i last;
  task

let pop q =
  if q.length = 0 then Task.none
  else begin
    let task = remove q 0 in
    q.virtual_now <- max q.virtual_now task.virtual_ns;
    task
  end

let looked_at = 8

let rec movable q i =
  if i >= min q.length looked_at then -1 else if q.heap.(i).bound < 0 then i else movable q (i + 1)

let take_movable q = match movable q 0 with -1 -> Task.none | i -> remove q i
let release q (task : Task.t) = task.virtual_ns <- task.virtual_ns - q.virtual_now
let adopt q (task : Task.t) = task.virtual_ns <- task.virtual_ns + q.virtual_now

let charge (task : Task.t) ran_ns =
  task.virtual_ns <- task.virtual_ns + (max ran_ns least_charge_ns * whole_weight / task.weight)
