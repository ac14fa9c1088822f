let bytes_max = 4092
let count_at = 4092
let used_at = 4094
let entry_bytes name = 5 + String.length name
let ( let* ) = Result.bind

let fold (block : Block.t) f start =
  let bytes = block.bytes in
  let count = Buffer.get16 bytes count_at and used = Buffer.get16 bytes used_at in
  let* () = Block.check block (used <= bytes_max) "used bytes" (Value used) in
  let rec go n at value =
    if n = count then
      let* () = Block.check block (at = used) "used bytes" (Value used) in
      Ok value
    else
      let* () = Block.check block (at + 5 <= used) "entries" (Value count) in
      let length = Buffer.get8 bytes (at + 4) in
      let fits = length > 0 && length <= Name.max_bytes && at + 5 + length <= used in
      let* () = Block.check block fits "a name's length" (Value length) in
      go (n + 1) (at + 5 + length) (f value ~id:(Buffer.get32 bytes at) ~at:(at + 5) ~length)
  in
  go 0 0 start

let entries (block : Block.t) =
  let entry list ~id ~at ~length = (Buffer.to_string block.bytes at length, id) :: list in
  Result.map List.rev (fold block entry [])

let find (block : Block.t) name =
  let wanted = String.length name in
  let entry found ~id ~at ~length =
    if length = wanted && Buffer.equal_string block.bytes at name then Some id else found
  in
  fold block entry None

let print entries =
  let bytes = Block.fresh () in
  let entry at (name, id) =
    Buffer.set32 bytes at id;
    Buffer.set8 bytes (at + 4) (String.length name);
    Buffer.set_string bytes (at + 5) name;
    at + entry_bytes name
  in
  let used = List.fold_left entry 0 entries in
  if used > bytes_max then invalid_arg "Name_list.print";
  Buffer.set16 bytes count_at (List.length entries);
  Buffer.set16 bytes used_at used;
  bytes
