let entries = 256
let pointer block i = Block.pointer block ~field:"pointer" ~slot:i (i * Pointer.bytes)
let set bytes i pointer = Pointer.set bytes (i * Pointer.bytes) pointer
let all_null bytes =
  let rec go i = i = entries || (Pointer.is_null_at bytes (i * Pointer.bytes) && go (i + 1)) in
  go 0
