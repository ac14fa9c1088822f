type spare = { pieces : bytes list; count : int }

let page = 4096
let most = 64

(* What the minor heap takes costs little. *)
let small = 2000
let spare = Atomic.make { pieces = []; count = 0 }

let rec take_page () =
  match Atomic.get spare with
  | { pieces = []; _ } -> Bytes.create page
  | { pieces = piece :: pieces; count } as before ->
      if Atomic.compare_and_set spare before { pieces; count = count - 1 } then piece
      else take_page ()

let take length = if length <= small || length > page then Bytes.create length else take_page ()

let rec give_back piece =
  let before = Atomic.get spare in
  if Bytes.length piece = page && before.count < most then
    let after = { pieces = piece :: before.pieces; count = before.count + 1 } in
    if not (Atomic.compare_and_set spare before after) then give_back piece
