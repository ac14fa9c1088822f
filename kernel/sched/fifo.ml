type 'core t = {
  mutable slots : 'core Task.t array; (* two halves: one of this round, one of the next *)
  mutable half : int;
  mutable next : int; (* who is taken next; runtime/loop.h knows these three *)
  mutable stop : int; (* one behind the last who may be *)
  mutable finish : int; (* one behind this round's last *)
  mutable start : int; (* of the other half: 0 or [half] *)
  mutable behind : int; (* one behind the next round's last *)
  mutable limit : int; (* of [behind]: where the half ends *)
  mutable urgent : 'core Task.t list; (* the latest first *)
  mutable was_urgent : bool; (* the latest round that had urgent ones to choose *)
}

let create () =
  {
    slots = [||];
    half = 0;
    next = 0;
    stop = 0;
    finish = 0;
    start = 0;
    behind = 0;
    limit = 0;
    urgent = [];
    was_urgent = false;
  }

let[@inline] is_round_over q = q.next = q.finish
let[@inline] allowed q = q.stop - q.next

let length q =
  let urgent = match q.urgent with [] -> 0 | urgent -> List.length urgent in
  q.finish - q.next + q.behind - q.start + urgent

let[@inline] is_empty q = q.behind = q.start && q.next = q.finish && q.urgent == []

(* ---- adding ---- *)

(* The array is doubled by itself: to fill one with a young task would begin with a collection. *)
let grow q task =
  let old = q.half and start = q.start in
  let base = old - start in
  let half = Int.max 32 (2 * old) in
  let slots = if old = 0 then Array.make (2 * half) task else Array.append q.slots q.slots in
  Array.blit q.slots base slots 0 old;
  Array.blit q.slots start slots half old;
  q.slots <- slots;
  q.half <- half;
  q.next <- q.next - base;
  q.stop <- q.stop - base;
  q.finish <- q.finish - base;
  q.start <- half;
  q.behind <- q.behind - start + half;
  q.limit <- 2 * half

(* Mostly it stands there already, from two rounds ago: a store in an old block is dear. *)
let[@inline] put q i task = if q.slots.(i) != task then q.slots.(i) <- task

let[@inline] is_full q = q.behind = q.limit

let[@inline] push_not_full q task =
  let i = q.behind in
  put q i task;
  q.behind <- i + 1

let[@inline] push q task =
  if is_full q then grow q task;
  push_not_full q task

let push_urgent q task = q.urgent <- task :: q.urgent

(* ---- rounds ---- *)

let[@inline] start_round_allowing q most =
  let half = q.half and base = q.start and behind = q.behind in
  let free = half - base in
  let ready = behind - base in
  let n = if ready < most then ready else most in
  q.next <- base;
  q.stop <- base + n;
  q.finish <- behind;
  q.start <- free;
  q.behind <- free;
  q.limit <- free + half;
  n

let start_next_round q = ignore (start_round_allowing q 0 : int)

let rec put_all q i = function
  | [] -> i
  | task :: rest ->
      put q i task;
      put_all q (i + 1) rest

let start_urgent_round q =
  let length = List.length q.urgent in
  while q.half < length do
    grow q (List.hd q.urgent)
  done;
  q.next <- q.half - q.start;
  q.stop <- q.next;
  q.finish <- put_all q q.next (List.rev q.urgent);
  q.urgent <- []

let choose_round q =
  q.was_urgent <- (not q.was_urgent) || q.behind = q.start;
  if q.was_urgent then start_urgent_round q else start_next_round q

let[@inline] has_urgent q = q.urgent != []
let start_round q = if has_urgent q then choose_round q else start_next_round q

let[@inline] allow q most =
  let left = q.finish - q.next in
  let n = if left < most then left else most in
  q.stop <- q.next + n;
  n

let[@inline] take q =
  let task = q.slots.(q.next) in
  q.next <- q.next + 1;
  task

let[@inline] can_rotate q = q.next < q.stop && q.behind < q.limit

let[@inline] rotate q task =
  let i = q.behind and j = q.next and slots = q.slots in
  let stood = slots.(i) and next = slots.(j) in
  q.behind <- i + 1;
  q.next <- j + 1;
  if stood != task then slots.(i) <- task;
  next

(* ---- from the other end ---- *)

let looked_at = 8

let rec last_movable q i =
  if i < Int.max q.start (q.behind - looked_at) then -1
  else if q.slots.(i).terms.bound < 0 then i
  else last_movable q (i - 1)

let take_movable q ~none =
  match last_movable q (q.behind - 1) with
  | -1 -> none
  | i ->
      let task = q.slots.(i) in
      for j = i + 1 to q.behind - 1 do
        put q (j - 1) q.slots.(j)
      done;
      q.behind <- q.behind - 1;
      task

let slots q = q.slots
let taken q =
  let base = q.half - q.start in
  Array.sub q.slots base (q.next - base)

let forget q =
  q.slots <- [||];
  q.half <- 0;
  q.next <- 0;
  q.stop <- 0;
  q.finish <- 0;
  q.start <- 0;
  q.behind <- 0;
  q.limit <- 0
