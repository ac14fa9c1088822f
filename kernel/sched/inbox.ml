type 'a t = 'a list Atomic.t

let create () = Atomic.make []
let[@inline] is_empty t = Atomic.get t == []

let rec push t item =
  let seen = Atomic.get t in
  if not (Atomic.compare_and_set t seen (item :: seen)) then push t item

let take t = if is_empty t then [] else List.rev (Atomic.exchange t [])
