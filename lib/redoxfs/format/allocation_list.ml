type entry = { index : int; count : int }
type t = { previous : Pointer.t; entries : entry list }

let slots = 255
let ( let* ) = Result.bind

let entry (block : Block.t) slot =
  let at = 16 + (slot * 16) and field = "entry" in
  let* index = Block.size block ~field at in
  let bits = Buffer.get64 block.bytes (at + 8) in
  let count = Int64.to_int bits in
  let* () = Block.check block (Int64.of_int count = bits) field (Too_large bits) in
  Ok { index; count }

let parse (block : Block.t) =
  let* previous = Block.pointer block ~field:"previous" ~slot:(-1) 0 in
  let rec go slot entries =
    if slot < 0 then Ok { previous; entries }
    else
      let* entry = entry block slot in
      go (slot - 1) (if entry.count = 0 then entries else entry :: entries)
  in
  go (slots - 1) []

let print { previous; entries } =
  let bytes = Block.fresh () in
  if List.length entries > slots then invalid_arg "Allocation_list.print";
  Pointer.set bytes 0 previous;
  let set slot { index; count } =
    Buffer.set64 bytes (16 + (slot * 16)) (Int64.of_int index);
    Buffer.set64 bytes (24 + (slot * 16)) (Int64.of_int count)
  in
  List.iteri set entries;
  bytes
