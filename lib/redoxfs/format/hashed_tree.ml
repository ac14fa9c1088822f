type entry = { hash : int; pointer : Pointer.t }

let slots = 204
let entry_bytes = 20
let no_hash = 0xffff_ffff
let ( let* ) = Result.bind
let field slot = Printf.sprintf "entry %d" slot

let entry (block : Block.t) slot =
  let at = slot * entry_bytes in
  let hash = Buffer.get32 block.bytes at in
  let* pointer = Block.pointer block ~field:(field slot) (at + 4) in
  let* () =
    Block.check block (Pointer.is_null pointer = (hash = no_hash)) (field slot) (Not "an entry")
  in
  Ok { hash; pointer }

let entries block =
  let rec go slot last list =
    if slot = slots then Ok (List.rev list)
    else
      let* entry = entry block slot in
      let* () = Block.check block (entry.hash >= last) (field slot) (Not "in order") in
      if Pointer.is_null entry.pointer then go (slot + 1) entry.hash list
      else go (slot + 1) entry.hash (entry :: list)
  in
  go 0 0 []

let may_hold hash entries =
  let rec go last = function
    | entry :: rest when entry.hash < hash -> go last rest
    | entry :: rest when last <= hash -> entry :: go entry.hash rest
    | _ -> []
  in
  go 0 entries

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
