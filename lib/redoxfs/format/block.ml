type t = { index : int; bytes : Buffer.t }

let bytes = Address.block_bytes
let fresh () = Buffer.create bytes
let pointer t ~field ~slot offset = Pointer.get ~block:t.index ~field ~slot t.bytes offset
let fail t field problem = Error.fail ~block:t.index field problem
let check t condition field problem = Error.check condition ~block:t.index field problem

let size t ~field offset =
  let bits = Buffer.get64 t.bytes offset in
  if Int64.shift_right_logical bits 62 <> 0L then fail t field (Too_large bits)
  else Ok (Int64.to_int bits)
