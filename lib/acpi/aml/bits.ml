let mask length = if length >= 64 then -1L else Int64.pred (Int64.shift_left 1L length)

let byte bytes n = if n < Bytes.length bytes then Bytes.get_uint8 bytes n else 0

(* Up to [length] bits from bit [offset] on, at most to the end of that byte. *)
let in_byte ~offset ~length =
  let low = offset land 7 in
  (low, min length (8 - low))

let get bytes ~offset ~length =
  let rec go offset length shift value =
    if length = 0 then value
    else
      let low, nr = in_byte ~offset ~length in
      let bits = (byte bytes (offset lsr 3) lsr low) land ((1 lsl nr) - 1) in
      let value = Int64.logor value (Int64.shift_left (Int64.of_int bits) shift) in
      go (offset + nr) (length - nr) (shift + nr) value
  in
  go offset length 0 0L

let set bytes ~offset ~length value =
  let rec go offset length value =
    if length > 0 then (
      let low, nr = in_byte ~offset ~length in
      let ones = ((1 lsl nr) - 1) lsl low in
      let bits = (Int64.to_int value lsl low) land ones in
      let n = offset lsr 3 in
      Bytes.set_uint8 bytes n (Bytes.get_uint8 bytes n land lnot ones lor bits);
      go (offset + nr) (length - nr) (Int64.shift_right_logical value nr))
  in
  go offset length value

type part = { unit : int; low : int; length : int; at : int }

let parts ~offset ~length ~unit_bits =
  let rec go at () =
    if at >= length then Seq.Nil
    else
      let bit = offset + at in
      let low = bit mod unit_bits in
      let nr = min (length - at) (unit_bits - low) in
      Seq.Cons ({ unit = bit / unit_bits; low; length = nr; at }, go (at + nr))
  in
  go 0
