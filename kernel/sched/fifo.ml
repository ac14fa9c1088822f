type t = { mutable first : Task.t; mutable last : Task.t; mutable length : int }

let create () = { first = Task.none; last = Task.none; length = 0 }
let length q = q.length

let push q (task : Task.t) =
  task.next <- Task.none;
  if q.length = 0 then q.first <- task else q.last.next <- task;
  q.last <- task;
  q.length <- q.length + 1

let push_first q (task : Task.t) =
  task.next <- q.first;
  if q.length = 0 then q.last <- task;
  q.first <- task;
  q.length <- q.length + 1

let pop q =
  let task = q.first in
  if q.length > 0 then begin
    q.length <- q.length - 1;
    q.first <- task.next;
    if q.length = 0 then q.last <- Task.none;
    task.next <- Task.none
  end;
  task

let looked_at = 8

(* [before] is in front of [task], or none. *)
let rec take_from q (before : Task.t) (task : Task.t) n =
  if task == Task.none || n = 0 then Task.none
  else if task.bound >= 0 then take_from q task task.next (n - 1)
  else begin
    if before == Task.none then q.first <- task.next else before.next <- task.next;
    if q.last == task then q.last <- before;
    q.length <- q.length - 1;
    task.next <- Task.none;
    task
  end

let take_movable q = take_from q Task.none q.first looked_at
