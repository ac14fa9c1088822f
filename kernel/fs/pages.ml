type spare = { pages : bytes list; count : int }

let size = 4096
let most = 256
let spare = Atomic.make { pages = []; count = 0 }

let fresh () =
  if Hal.Memory_object.is_short () then Error Errno.ENOMEM
  else match Bytes.create size with page -> Ok page | exception Out_of_memory -> Error ENOMEM

let rec take () =
  match Atomic.get spare with
  | { pages = []; _ } -> fresh ()
  | { pages = page :: pages; count } as before ->
      if Atomic.compare_and_set spare before { pages; count = count - 1 } then Ok page else take ()

(* What the minor heap takes costs little. *)
let small = 2000

let take_for length =
  if length > small && length <= size then take ()
  else match Bytes.create length with piece -> Ok piece | exception Out_of_memory -> Error ENOMEM

let rec give_back page =
  let before = Atomic.get spare in
  if Bytes.length page = size && before.count < most then begin
    let after = { pages = page :: before.pages; count = before.count + 1 } in
    if not (Atomic.compare_and_set spare before after) then give_back page
  end
