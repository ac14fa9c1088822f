type t = { address : Address.t; hash : int64 }

let bytes = 16
let null = { address = Address.null; hash = 0L }
let is_null t = Address.is_null t.address
let index t = Address.index t.address
let level t = Address.level t.address

let named field slot = if slot < 0 then field else Printf.sprintf "%s %d" field slot

let get ~block ~field ~slot buffer offset =
  let bits = Buffer.get64 buffer offset in
  match Address.of_bits bits with
  | Some address -> Ok { address; hash = Buffer.get64 buffer (offset + 8) }
  | None -> Error.fail ~block (named field slot) (Too_large bits)

let is_null_at buffer offset = Int64.shift_right_logical (Buffer.get64 buffer offset) 8 = 0L

let set buffer offset t =
  Buffer.set64 buffer offset (Address.to_bits t.address);
  Buffer.set64 buffer (offset + 8) t.hash

let of_stored address buffer =
  { address; hash = Seahash.buffer buffer ~offset:0 ~length:(Buffer.length buffer) }

let equal a b = a.address = b.address && Int64.equal a.hash b.hash
