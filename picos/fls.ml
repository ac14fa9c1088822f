type 'a key = { index : int; id : 'a Type.Id.t }
type slot = Empty | Value : 'a Type.Id.t * 'a -> slot
type store = slot array

exception Not_set

let nr_keys = Atomic.make 0
let key () = { index = Atomic.fetch_and_add nr_keys 1; id = Type.Id.make () }
let empty = [||]

let lookup (type a) store (key : a key) ~(absent : unit -> a) : a =
  if key.index >= Array.length store then absent ()
  else
    match store.(key.index) with
    | Empty -> absent ()
    | Value (id, value) -> (
        match Type.Id.provably_equal id key.id with Some Type.Equal -> value | None -> absent ())

let not_set () = raise_notrace Not_set
let find store key = lookup store key ~absent:not_set
let find_or store key ~default = lookup store key ~absent:(fun () -> default)

let reserve store key =
  let length = Array.length store in
  if key.index < length then store
  else begin
    let larger = Array.make (Int.max 4 (Int.max (key.index + 1) (2 * length))) Empty in
    Array.blit store 0 larger 0 length;
    larger
  end

let bind store key value = store.(key.index) <- Value (key.id, value)
let unbind store key = if key.index < Array.length store then store.(key.index) <- Empty
