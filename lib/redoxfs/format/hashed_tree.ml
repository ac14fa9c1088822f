type entry = { hash : int; pointer : Pointer.t }

let slots = 204
let entry_bytes = 20
let no_hash = 0xffff_ffff
let ( let* ) = Result.bind
let fail block slot what = Block.fail block (Printf.sprintf "entry %d" slot) (Error.Not what)

let entry (block : Block.t) slot =
  let at = slot * entry_bytes in
  let hash = Buffer.get32 block.bytes at in
  let* pointer = Block.pointer block ~field:"entry" ~slot (at + 4) in
  if Pointer.is_null pointer <> (hash = no_hash) then fail block slot "an entry"
  else if slot > 0 && hash < Buffer.get32 block.bytes (at - entry_bytes) then
    fail block slot "in order"
  else Ok { hash; pointer }

let entries block =
  let rec go slot list =
    if slot = slots then Ok (List.rev list)
    else
      let* entry = entry block slot in
      go (slot + 1) (if Pointer.is_null entry.pointer then list else entry :: list)
  in
  go 0 []

let first (block : Block.t) ~from =
  let rec search low high =
    if low = high then low
    else
      let middle = (low + high) / 2 in
      if Buffer.get32 block.bytes (middle * entry_bytes) < from then search (middle + 1) high
      else search low middle
  in
  search 0 slots

let print entries =
  let bytes = Block.fresh () in
  let n = List.length entries in
  if n > slots then invalid_arg "Hashed_tree.print";
  let set slot { hash; pointer } =
    Buffer.set32 bytes (slot * entry_bytes) hash;
    Pointer.set bytes ((slot * entry_bytes) + 4) pointer
  in
  List.iteri set entries;
  for slot = n to slots - 1 do
    set slot { hash = no_hash; pointer = Pointer.null }
  done;
  bytes
