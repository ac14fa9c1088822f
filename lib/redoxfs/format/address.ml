type t = int

let block_bytes = 4096
let level_max = 5
let index_max = (1 lsl 54) - 1
let blocks_of_level level = 1 lsl level
let bytes_of_level level = block_bytes lsl level

let level_of_bytes bytes =
  let rec go level = if bytes_of_level level >= bytes then level else go (level + 1) in
  go 0

let null = 0

let make ?(whole = 0) ~level index =
  if index < 0 || index > index_max || level < 0 || level > 15 || whole < 0 || whole > 15 then
    invalid_arg "Address.make";
  (index lsl 8) lor (whole lsl 4) lor level

let[@inline] index t = t lsr 8
let[@inline] level t = t land 15
let[@inline] whole t = (t lsr 4) land 15
let is_null t = index t = 0
let is_compressed t = whole t <> 0
let blocks t = blocks_of_level (level t)
let bytes t = bytes_of_level (level t)
let record_level t = if is_compressed t then whole t else level t
let of_bits bits = if Int64.shift_right_logical bits 62 <> 0L then None
  else Some (Int64.to_int bits)
let to_bits = Int64.of_int

let pp ppf t =
  Format.fprintf ppf "%d" (index t);
  if level t > 0 then Format.fprintf ppf "+%d" (blocks t);
  if is_compressed t then Format.fprintf ppf " (compressed %d)" (blocks_of_level (whole t))
