let small_bytes = 2048
let large_bytes = 66 * 1024

type layout = { receives : int; sends : int; large : int }

let large_from { receives; sends; large } = receives + sends - large

let[@inline] place_from ~large_from buffer =
  if buffer < large_from then buffer * small_bytes
  else (large_from * small_bytes) + ((buffer - large_from) * large_bytes)

let[@inline] place layout buffer = place_from ~large_from:(large_from layout) buffer

type t = {
  layout : layout;
  large_from : int;
  memory : Hal.Dma.t;
  hands : int Atomic.t array;
  free : Tags.t;
  free_large : Tags.t;
}

let layout t = t.layout
let count t = t.layout.receives + t.layout.sends
let memory t = t.memory
let[@inline] start t buffer = place_from ~large_from:t.large_from buffer
let[@inline] bytes t buffer = if buffer < t.large_from then small_bytes else large_bytes
let[@inline] is_sender t buffer = buffer >= t.layout.receives

(* ---- hands ---- *)

type hand = int

let unused = 0
let owned = 1
let[@inline] lent life = 2 + life
let[@inline] hand t buffer = Atomic.get t.hands.(buffer)
let[@inline] set t buffer hand = Atomic.set t.hands.(buffer) hand
let is_lent_before hand life = hand >= lent 0 && hand < lent life

let[@inline] move t buffer ~from ~into = Atomic.compare_and_set t.hands.(buffer) from into
let[@inline] is_owned t buffer = buffer < Array.length t.hands && hand t buffer = owned

(* ---- free ones ---- *)

type size = Small | Large

let free_of t = function Small -> t.free | Large -> t.free_large

let rec take_from t free buffers ~most n =
  if n = most then n
  else
    match Tags.try_take free with
    | -1 -> n
    | buffer ->
        set t buffer owned;
        buffers.(n) <- buffer;
        take_from t free buffers ~most (n + 1)

let take t size buffers ~most = take_from t (free_of t size) buffers ~most 0
let await t size = Tags.await (free_of t size)

let give_back t buffer =
  Tags.give_back (if buffer < t.large_from then t.free else t.free_large) buffer

let create ~name layout memory =
  let { receives; sends; large } = layout in
  let large_from = large_from layout and buffers = receives + sends in
  let hand buffer = if buffer < receives then lent 0 else unused in
  {
    layout;
    large_from;
    memory = memory (place layout buffers);
    hands = Array.init buffers (fun buffer -> Atomic.make (hand buffer));
    free = Tags.create ~name (List.init (sends - large) (fun i -> receives + i));
    free_large = Tags.create ~name (List.init large (fun i -> large_from + i));
  }
