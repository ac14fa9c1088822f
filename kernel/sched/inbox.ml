type t = Task.t list Atomic.t

let create () = Atomic.make []
let is_empty t = Atomic.get t == []

let rec push t task =
  let seen = Atomic.get t in
  if not (Atomic.compare_and_set t seen (task :: seen)) then push t task

let take t = if is_empty t then [] else List.rev (Atomic.exchange t [])
